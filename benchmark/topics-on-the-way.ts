/**
 * What the bytes of a topic cost on the way to another thread, and what a number in their place would: on the side that
 * sends, and on the side that looks up the receivers. Behind `docs/decisions/topics-on-the-way.md`.
 *
 *     npm run build && node build/benchmark/topics-on-the-way.js [--topics 1000] [--rounds 9]
 */
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { topics: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '9' } },
})
const count = Number(values.topics)
const TIMES = 1_000_000
const topics = Array.from({ length: count }, (_, index) => `orders.${index}.created.eu`)
const plans = Object.assign(
  Object.create(null),
  Object.fromEntries(topics.map((topic, id) => [topic, { id }])),
)
const byId = topics.map((_, id) => ({ id }))
const buffer = Buffer.alloc(1 << 16)
const words = new Uint32Array(buffer.buffer, buffer.byteOffset, 8)
const places = topics.map((topic, index) => {
  const start = 64 + (index % 500) * 64
  return { start, end: start + Buffer.byteLength(topic), topic }
})

/** Nanoseconds of one, of `TIMES`; the sum is checked, so that nothing is folded away. */
function timed(one: (index: number) => number): number {
  let sum = 0
  let expected = 0
  const start = performance.now()
  for (let index = 0; index < TIMES; index++) sum += one(index % count)
  const elapsedMs = performance.now() - start
  for (let index = 0; index < TIMES; index++) expected += index % count
  if (sum !== expected) throw new Error(`${sum} is not ${expected}`)
  return (elapsedMs * 1e6) / TIMES
}

const work: Record<string, (index: number) => number> = {
  'send the bytes': (index) => {
    const topic = topics[index] ?? ''
    words[0] = Buffer.byteLength(topic)
    buffer.write(topic, 64)
    return index
  },
  'send a number': (index) => {
    words[0] = index
    return index
  },
  'look up the bytes': (index) => {
    const { start, end, topic } = places[index] ?? { start: 0, end: 0, topic: '' }
    // As in a batch: each frame has its own bytes.
    buffer.write(topic, start)
    return plans[buffer.toString('utf8', start, end)].id
  },
  'write them, as the row above does': (index) => {
    const { start, topic } = places[index] ?? { start: 0, topic: '' }
    buffer.write(topic, start)
    return index
  },
  'look up a number': (index) => byId[words[0] === 0xffff_ffff ? 0 : index]?.id ?? 0,
}
for (const [name, one] of Object.entries(work)) {
  const rounds = Array.from({ length: Number(values.rounds) + 1 }, () => timed(one)).slice(1)
  rounds.sort((a, b) => a - b)
  console.log(`${name.padEnd(34)} ${(rounds[rounds.length >> 1] ?? 0).toFixed(0)} ns`)
}
