import test from 'ava'
import type { CongestionEvent } from 'busbar'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'
import { often } from '../support/soak.js'
import { startStaller } from '../support/staller.js'

const SOAK_MS = often(0, 60_000)
const INBOX_BYTES = 2 ** 20
const turn = (): Promise<void> => new Promise(setImmediate)
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

test(
  'congestion: a flood of events to a stuck thread leaves the memory flat, is counted, and slows nobody else',
  onBus(
    async (t, scene) => {
      t.timeout(300_000 + SOAK_MS)
      const { bus } = scene
      const [stuck, healthy] = [await startStaller(scene), await startStaller(scene)]
      const told: CongestionEvent[] = []
      bus.events.on('congestion', (event) => told.push(event))
      await stuck.stall()
      const text = 'x'.repeat(1_000)
      let published = 0
      const burst = async (): Promise<void> => {
        for (let index = 0; index < 200; index++) {
          t.is(bus.publish('stall.all.event', { index: published++, text }), 2)
        }
        // It keeps up, because we wait for it: what it gets is not less because of the other.
        for (const message of await healthy.seen()) t.like(message, { index: next++ })
      }
      let next = 0
      while (published < 20_000) await burst()
      const earlyBytes = process.memoryUsage().rss
      const endMs = performance.now() + SOAK_MS
      while (published < 100_000 || performance.now() < endMs) await burst()
      const grown = process.memoryUsage().rss - earlyBytes
      t.log(`${published} messages of 1 KB; ${(grown / 2 ** 20).toFixed(1)} MiB more memory`)
      t.true(grown < 48 * 2 ** 20, `${grown} bytes more than early on`)
      t.is(next, published, 'the healthy one has them all')

      const { refused } = bus.stats().hop
      const took = published - refused
      t.true(took * 1_000 < INBOX_BYTES && took * 1_200 > INBOX_BYTES, `${took} messages were taken`)
      t.like(told[0], { topic: 'stall.all.event', kind: 'event' })
      t.true(told.reduce((sum, { count }) => sum + count, 0) <= refused)
      stuck.resume()
      const seen = (await stuck.seen()) as { index: number }[]
      t.is(seen.length, took, 'what was accepted arrives')
      t.true(
        seen.every(({ index }, place) => place === 0 || index > (seen[place - 1]?.index ?? 0)),
        'in its order',
      )
      bus.publish('stall.all.event', 'again')
      t.deepEqual(await stuck.seen(), ['again'], 'there is room again')
      t.deepEqual(await healthy.seen(), ['again'])
      t.is(bus.stats().hop.refused, refused)
    },
    { inboxBytes: INBOX_BYTES },
  ),
)

test(
  'congestion: what is sent waits for room, in its order, and gets through when the thread takes in again',
  onBus(
    async (t, scene) => {
      const { bus } = scene
      const stuck = await startStaller(scene)
      await stuck.stall()
      const sending = numbers(200).map((index) =>
        bus.send(`stall.${stuck.id}.work`, { index, text: 'x'.repeat(1_000) }).then(
          () => index,
          (error: { code: string }) => error.code,
        ),
      )
      await turn()
      const { waiting, waitingBytes, refused } = bus.stats().hop
      t.true(waiting > 40 && waitingBytes <= 2 ** 16, `${waiting} wait, of ${waitingBytes} bytes`)
      t.true(refused > 40, `${refused} were refused`)
      t.is(bus.publish('stall.any.event', 'it would overtake'), 1)
      await t.throwsAsync(bus.request(`stall.${stuck.id}.echo`, 0), { code: 'ERR_BUS_OVERLOADED' })
      t.is(bus.stats().hop.refused, refused + 2)
      stuck.resume()
      const outcomes = await Promise.all(sending)
      const accepted = outcomes.filter((outcome) => typeof outcome === 'number')
      t.deepEqual(accepted, numbers(200 - refused), 'those that came last were refused')
      t.true(outcomes.slice(accepted.length).every((outcome) => outcome === 'ERR_BUS_OVERLOADED'))
      t.deepEqual(
        (await stuck.seen()).map((message) => (message as { index: number }).index),
        accepted,
      )
      t.like(bus.stats().hop, { waiting: 0, waitingBytes: 0 })
    },
    { inboxBytes: 2 ** 16 },
  ),
)

test(
  'congestion: of those that wait the most urgent go first, and who gives up or runs out of time leaves its place',
  onBus(
    async (t, scene) => {
      const { bus } = scene
      const stuck = await startStaller(scene)
      const topic = `stall.${stuck.id}.work`
      await stuck.stall()
      const first = bus.send(topic, 'x'.repeat(8_000))
      await turn()
      const waiting = (['low', 'normal', 'high', 'critical'] as const).map((priority) =>
        bus.send(topic, { priority, text: 'x'.repeat(800) }, { priority }),
      )
      const controller = new AbortController()
      const aborted = bus.send(topic, 'aborted', { signal: controller.signal })
      const late = bus.send(topic, 'late', { timeout: 30 })
      await turn()
      t.is(bus.stats().hop.waiting, 6)
      controller.abort()
      t.is((await busError(t, aborted)).code, 'ERR_BUS_ABORTED')
      t.is((await busError(t, late)).code, 'ERR_BUS_TIMEOUT')
      t.is(bus.stats().hop.waiting, 4)
      stuck.resume()
      await Promise.all([first, ...waiting])
      const [, ...seen] = (await stuck.seen()) as { priority: string }[]
      t.deepEqual(
        seen.map(({ priority }) => priority),
        ['critical', 'high', 'normal', 'low'],
      )
    },
    { inboxBytes: 8_192 },
  ),
)

test(
  'congestion: when the stuck thread dies, what waits for it fails at once, and what is held goes to another',
  onBus(
    async (t, scene) => {
      const { bus } = scene
      const stuck = await startStaller(scene)
      const held = numbers(100).map((index) => ({ index, text: 'x'.repeat(1_000) }))
      await stuck.stall()
      const sent = held.map((message) => bus.send('stall.any.work', message, { guarantee: 'at-least-once' }))
      const lost = Promise.all(
        numbers(5).map((index) => busError(t, bus.send(`stall.${stuck.id}.work`, index))),
      )
      const settled = Promise.allSettled(sent)
      await turn()
      t.true(bus.stats().hop.waiting > 20)
      const other = await startStaller(scene)
      await stuck.thread.kill()
      t.deepEqual(
        (await lost).map(({ code }) => code),
        numbers(5).map(() => 'ERR_BUS_HANDLER_GONE'),
      )
      const outcomes = await settled
      // Those whose answer the dead thread owed are told that it is gone; all the same, none of them is lost.
      const gone = outcomes.filter(({ status }) => status === 'rejected').length
      t.log(`${gone} of 100 were told ERR_BUS_HANDLER_GONE`)
      const seen: { index: number }[] = []
      while (seen.length < 100) seen.push(...((await other.seen()) as { index: number }[]))
      t.deepEqual(
        seen.map(({ index }) => index).sort((one, another) => one - another),
        numbers(100),
      )
      t.like(bus.stats(), { hop: { waiting: 0, waitingBytes: 0 }, holdings: { held: 0, heldBytes: 0 } })
    },
    { inboxBytes: 2 ** 16, heldBytes: 2 ** 20 },
  ),
)

test(
  'congestion: a bus closes while messages wait; they end with ERR_BUS_CLOSED',
  onBus(
    async (t, scene) => {
      const { bus } = scene
      const stuck = await startStaller(scene)
      await stuck.stall()
      const sent = numbers(40).map((index) =>
        bus.send(`stall.${stuck.id}.work`, { index, text: 'x'.repeat(1_000) }),
      )
      await turn()
      t.true(bus.stats().hop.waiting > 10)
      const closed = Promise.all(sent.map((one) => busError(t, one)))
      await bus.close({ timeout: 20 })
      t.true((await closed).every(({ code }) => code === 'ERR_BUS_CLOSED' || code === 'ERR_BUS_OVERLOADED'))
      t.deepEqual(bus.stats().hop, { ...bus.stats().hop, inboxBytes: 0, waiting: 0, waitingBytes: 0 })
      stuck.resume()
    },
    { inboxBytes: 2 ** 14 },
  ),
)

test(
  'congestion: a thread that dies while it waits takes its place along, and the others get through',
  onBus(
    async (t, scene) => {
      const { bus } = scene
      const stuck = await startStaller(scene)
      const flood = await scene.thread('flooding')
      await stuck.stall()
      const sent = numbers(20).map((index) =>
        bus.send(`stall.${stuck.id}.work`, { index, text: 'x'.repeat(1_000) }),
      )
      await turn()
      await flood.kill()
      stuck.resume()
      await Promise.all(sent)
      t.is((await stuck.seen()).length, 20)
    },
    { inboxBytes: 2 ** 14 },
  ),
)

test(
  'congestion: what the bus holds is bounded too; who sends more waits until something is finished with',
  onBus(
    async (t, { bus }) => {
      const gates: (() => void)[] = []
      const seen: number[] = []
      bus.handle(
        'work',
        async ({ index }: { index: number }) => {
          seen.push(index)
          await new Promise<void>((resolve) => gates.push(resolve))
        },
        { guarantee: 'at-least-once' },
      )
      const text = 'x'.repeat(1_000)
      const sent = numbers(15).map((index) => bus.send('work', { index, text }, { wait: 'processed' }))
      await turn()
      t.true(bus.stats().holdings.heldBytes <= 8_192)
      const first = seen.length
      t.true(first >= 6 && first <= 8, `${first} were taken`)
      t.is(bus.stats().hop.waiting, Math.min(15 - first, 7))
      t.throws(() => bus.publish('later', text, { delay: 5 }), { code: 'ERR_BUS_OVERLOADED' })
      const done = Promise.allSettled(sent)
      let open = 0
      for (let ended = false; !ended; ) {
        gates.shift()?.()
        open++
        ended = await Promise.race([done.then(() => true), turn().then(() => false)])
        if (open > 1_000_000) break
      }
      const outcomes = await done
      const taken = outcomes.filter(({ status }) => status === 'fulfilled').length
      t.deepEqual(seen, numbers(taken), 'in their order')
      t.true(taken >= 13, `${taken} got through`)
      t.is(bus.stats().holdings.heldBytes, 0)
    },
    { heldBytes: 8_192, inboxBytes: 8_192 },
  ),
)
