/** Contenders that ask in one thread. */
import type { Asking, RequestEngine } from '../engines/requests/engine.js'
import type { Contender, Work } from '../harness/case.js'
import { timed } from '../harness/timed.js'
import { type Memory, used } from './holding.js'

/** Asks what is answered a microtask later, with so many questions in flight. */
export function requesting(engine: RequestEngine, inFlight: number): Contender {
  return {
    ...rowOf(engine),
    prepare: async (roundMs) => {
      const way = await engine.open(async (value) => value + 1)
      return timed(asked(way, inFlight), roundMs, 16 * inFlight)
    },
  }
}

/** The work of asking; each answer has to be greater by one. */
export function asked({ ask, close }: Asking, inFlight: number): Work {
  let off = 0
  return {
    async run(count) {
      off = 0
      let next = 0
      const one = async (): Promise<void> => {
        while (next < count) {
          const value = next++
          // First the answer: others are added while it is on its way.
          const answer = await ask(value)
          off += answer - value
        }
      }
      await Promise.all(Array.from({ length: inFlight }, one))
    },
    verify(count) {
      if (off !== count) throw new Error(`${count} were asked, and the answers are off by ${off - count}`)
    },
    close,
  }
}

/** Asks `outstanding` questions before the first is answered, then all are. */
export function outstanding(engine: RequestEngine, count: number): Contender {
  return {
    ...rowOf(engine),
    prepare: async (roundMs) => {
      let held: (() => void)[] = []
      const way = await engine.open(
        (value) =>
          new Promise((resolve) => {
            held.push(() => resolve(value + 1))
          }),
      )
      let off = 0
      const run = async (total: number): Promise<void> => {
        off = 0
        for (let from = 0; from < total; from += count) {
          const end = Math.min(total, from + count)
          const answers: Promise<number>[] = []
          for (let value = from; value < end; value++) answers.push(way.ask(value))
          // Whoever puts questions off has them asked by now.
          while (held.length < answers.length) await new Promise(setImmediate)
          for (const answer of held) answer()
          held = []
          for (const [index, answer] of answers.entries()) off += (await answer) - (from + index)
        }
      }
      const verify = (total: number): void => {
        if (off !== total) throw new Error(`${total} were asked, and the answers are off by ${off - total}`)
      }
      return timed({ run, verify, close: () => way.close() }, roundMs, count)
    },
  }
}

/** What a question takes that nobody answers, of `count`. Only in a process of its own, with `--expose-gc`. */
export function unanswered(
  engine: RequestEngine,
  memory: Memory,
  count: number,
  name: string = engine.name,
): Contender {
  return {
    ...rowOf(engine),
    engine: name,
    prepare: async () => {
      let asked = 0
      const way = await engine.open(() => {
        asked++
        return new Promise(() => {})
      })
      // The first of everything is made.
      for (let value = 0; value < 1_000; value++) void way.ask(value).catch(ignored)
      await new Promise(setImmediate)
      return {
        async sample() {
          const promises = new Array<Promise<number>>(count)
          asked = 0
          const before = used(memory)
          for (let value = 0; value < count; value++) promises[value] = way.ask(value)
          // Deadlines are handed over by the turn.
          await new Promise(setImmediate)
          const bytes = (used(memory) - before) / count
          if (asked !== count) throw new Error(`${count} were asked, and the handler has seen ${asked}`)
          // They are refused when it is closed, and must not be taken for forgotten.
          for (const promise of promises) promise.catch(ignored)
          return bytes
        },
        close: () => way.close(),
      }
    },
  }
}

function ignored(): void {}

function rowOf({ name, version, role }: RequestEngine): Pick<Contender, 'engine' | 'version' | 'role'> {
  return { engine: name, version, role }
}
