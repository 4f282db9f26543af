/** Contenders that hold many of one thing: what one of them takes, as their number grows. */
import { type Bus, open } from 'busbar'
import type { Contender } from '../harness/case.js'
import { type Memory, used } from './holding.js'
import { sampled } from './sampling.js'

/** What is held; `make` is called for each number, `check` afterwards throws unless all are there. */
export interface Held {
  make(number: number): unknown
  check(count: number): void | Promise<void>
  close(): void | Promise<void>
}

/** So many are made before the measurement: the first of everything. Their numbers are below 0. */
const FIRST = 200

/** Bytes for each of `count` things. Only in a process of its own, with `--expose-gc`. */
export function growing(
  { engine, role, open: begin }: { engine: string; role: Contender['role']; open: (count: number) => Held },
  memory: Memory,
  count: number,
): Contender {
  return sampled({ engine, role }, () => {
    const held = begin(count)
    // What a program keeps of each is its own: the place for it is there before.
    const kept: unknown[] = new Array(count)
    for (let number = -FIRST; number < 0; number++) held.make(number)
    return {
      sample: async () => {
        await new Promise(setImmediate)
        const before = used(memory)
        for (let number = 0; number < count; number++) kept[number] = held.make(number)
        await new Promise(setImmediate)
        const bytes = (used(memory) - before) / count
        await held.check(count)
        if (kept.length !== count) throw new Error('the list of them has another length')
        return bytes
      },
      close: () => held.close(),
    }
  })
}

let opened = 0

function onBus(use: (bus: Bus, count: number) => Omit<Held, 'close'>): (count: number) => Held {
  return (count) => {
    const bus = open(`growing ${++opened}`, { core: 'native', planCacheSize: 2 ** 22 })
    return { ...use(bus, count), close: async () => void (await bus.close({ timeout: 0 })) }
  }
}

function mustBe(expected: number, got: number, what: string): void {
  if (got !== expected) throw new Error(`there should be ${expected} ${what}, and there are ${got}`)
}

const ignore = (): void => {}

/** A handler of an exact topic each. */
export const endpoints = onBus((bus) => ({
  make: (number) => bus.subscribe(`orders.${number}.created`, ignore),
  check: (count) => mustBe(count + FIRST, bus.stats().endpoints, 'endpoints'),
}))

/** A glob each. */
export const patterns = onBus((bus) => ({
  make: (number) => bus.subscribe(`tenant${number}.orders.*.created`, ignore),
  check(count) {
    mustBe(1, bus.publish(`tenant${count - 1}.orders.7.created`, 0), 'receivers of the last')
    mustBe(count + FIRST, bus.stats().endpoints, 'endpoints')
  },
}))

/** A topic each that is remembered, with its text, for one receiver of all. */
export const topics = onBus((bus) => {
  let got = 0
  bus.subscribe('orders.**', () => {
    got++
  })
  return {
    make(number) {
      const topic = `orders.${number}.created`
      // The second time, it is known that it comes again.
      bus.publish(topic, 0)
      bus.publish(topic, 0)
    },
    check: (count) => mustBe(2 * (count + FIRST), got, 'messages received'),
  }
})

/** A message each in a mailbox, behind one that does not end. */
export const messages = onBus((bus, count) => {
  const subscription = bus.subscribe('jobs', () => new Promise(() => {}), {
    concurrency: 1,
    capacity: count + FIRST,
  })
  bus.publish('jobs', 0)
  return {
    make: (number) => {
      bus.publish('jobs', number)
    },
    check: (all) => mustBe(all + FIRST, subscription.stats().queued, 'messages in the mailbox'),
  }
})

/** The same by hand: a `Map` of functions by topic; and an array of messages, each an object of its own. */
export const handWritten: Record<'endpoints' | 'messages', (count: number) => Held> = {
  endpoints: () => {
    const table = new Map<string, (() => void)[]>()
    return {
      make: (number) => table.set(`orders.${number}.created`, [() => {}]),
      check: (count) => mustBe(count + FIRST, table.size, 'topics'),
      close: () => table.clear(),
    }
  },
  messages: () => {
    const queue: unknown[] = []
    return {
      make: (number) => queue.push({ topic: 'jobs', payload: number }),
      check: (count) => mustBe(count + FIRST, queue.length, 'messages'),
      close: () => {
        queue.length = 0
      },
    }
  },
}
