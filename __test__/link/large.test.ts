import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import { onBus } from '../support/on-bus.js'
import { startStaller } from '../support/staller.js'

/** On both sides of what makes a payload large on its way in (16 KiB), and on its way out (64 KiB). */
const SIZES = [0, 1, 16_383, 16_384, 16_385, 65_400, 65_536, 65_537, 300_001, 2 ** 20]

/** Bytes that differ from their neighbours, and from those of other payloads. */
function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >>> 8) + size) & 0xff)
}

test(
  'large payloads: of any size, and as whatever they were, they arrive as they left, between small ones',
  onBus(async (t, scene) => {
    const { bus } = scene
    const { id } = await startStaller(scene)
    const payloads = SIZES.flatMap((size): unknown[] => {
      const bytes = bytesOf(size)
      const text = Buffer.from(bytes).toString('latin1')
      return ['small', bytes, Buffer.from(bytes), bytes.buffer, text, { text, rows: [{ bytes }] }]
    }).filter((payload) => sizeOf(payload) <= 2 ** 20)
    const answers = await Promise.all(payloads.map((payload) => bus.request(`stall.${id}.echo`, payload)))
    for (const [index, answer] of answers.entries()) {
      t.true(isDeepStrictEqual(answer, payloads[index]), `payload ${index}`)
      if (answer instanceof Uint8Array && answer.length > 70_000 && !Buffer.isBuffer(answer)) {
        t.is(answer.buffer.byteLength, answer.length, 'it has its memory to itself')
      }
    }
  }),
)

test(
  'large payloads: each receiver has its own, and the order among them holds',
  onBus(
    async (t, scene) => {
      const { bus } = scene
      const stallers = [await startStaller(scene), await startStaller(scene)]
      const payloads = Array.from({ length: 40 }, (_, index) =>
        index % 3 === 0 ? bytesOf(70_000 + index) : index % 3 === 1 ? index : bytesOf(20_000 + index),
      )
      for (const payload of payloads) t.is(bus.publish('stall.any.event', payload), 2)
      for (const staller of stallers) t.true(isDeepStrictEqual(await staller.seen(), payloads))
    },
    { maxMessageSize: 2 ** 23 },
  ),
)

test(
  'large payloads: what is held is whole when it moves to another thread',
  onBus(async (t, scene) => {
    const { bus } = scene
    const stuck = await startStaller(scene)
    await stuck.stall()
    const payloads = [bytesOf(200_000), bytesOf(17_000)]
    const sent = payloads.map((payload) => bus.send('stall.any.work', payload).catch(() => {}))
    await new Promise(setImmediate)
    const other = await startStaller(scene)
    await stuck.thread.kill()
    await Promise.all(sent)
    const seen: unknown[] = []
    while (seen.length < 2) seen.push(...(await other.seen()))
    t.true(isDeepStrictEqual(seen, payloads))
  }),
)

function sizeOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload)
  if (payload instanceof Uint8Array || payload instanceof ArrayBuffer) return payload.byteLength
  return 3 * ((payload as { text: string }).text.length + 10)
}
