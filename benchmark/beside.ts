/**
 * What a healthy subscriber loses by one beside it that never settles: messages per second of the healthy one, with and
 * without the other, in rounds that take turns.
 *
 *     npm run build && node --expose-gc build/benchmark/beside.js [--messages 200000] [--rounds 11]
 *
 * The work of the healthy one is to read an order of twenty items, a JSON text of about 1 KiB: a few microseconds. The
 * other one is on the same topic, full from the first thousand messages on, so each further message is refused there; what
 * one refusal costs is stated, too, as the ratio depends on how long the work is.
 */
import { parseArgs } from 'node:util'
import { open } from 'busbar'

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '200000' }, rounds: { type: 'string', default: '11' } },
})
const messages = Number(values.messages)
const rounds = Number(values.rounds)
const CHUNK = 1_000
const ITEMS = 20
const items = Array.from({ length: ITEMS }, (_, index) => ({ sku: `sku-${index}`, price: index, count: 1 }))
const text = JSON.stringify({ id: 7, items, to: 'ada', address: 'a street, and the number of a house' })

/** Messages per second, and what is on the heap afterwards. */
async function round(isBeside: boolean): Promise<{ perSecond: number; heap: number }> {
  const bus = open(`beside ${isBeside}`)
  let sum = 0
  const healthy = bus.subscribe('a', (payload: string) => {
    sum += JSON.parse(payload).items.length
  })
  const stuck = isBeside
    ? bus.subscribe('a', () => new Promise(() => {}), { concurrency: 10, capacity: 990 })
    : undefined
  const publisher = bus.publisher('a')
  const startMs = performance.now()
  for (let sent = 0; sent < messages; sent += CHUNK) {
    for (let index = 0; index < CHUNK; index++) publisher.publish(text)
    await null
  }
  const perSecond = (messages / (performance.now() - startMs)) * 1_000
  if (sum !== messages * ITEMS || healthy.stats().processed !== messages) throw new Error('some were lost')
  if (stuck !== undefined && stuck.stats().accepted !== 1_000) throw new Error('it was not full')
  globalThis.gc?.()
  const heap = process.memoryUsage().heapUsed
  await bus.close({ timeout: 0 })
  return { perSecond, heap }
}

const ratios: number[] = []
const costs: number[] = []
const heaps: number[] = []
for (let index = 0; index < rounds; index++) {
  const isFirst = index % 2 === 0
  const one = await round(isFirst)
  const other = await round(!isFirst)
  const [beside, alone] = isFirst ? [one, other] : [other, one]
  if (index > 0) {
    ratios.push(beside.perSecond / alone.perSecond)
    costs.push(1e9 / beside.perSecond - 1e9 / alone.perSecond)
  }
  heaps.push(beside.heap)
}
ratios.sort((a, b) => a - b)
costs.sort((a, b) => a - b)
const shown = (ratio: number | undefined): string => `${((ratio ?? 0) * 100).toFixed(1)} %`
const median = ratios[ratios.length >> 1]
console.log(
  `beside one that never settles: ${shown(median)} of alone (${shown(ratios[0])} to ${shown(ratios.at(-1))})`,
)
console.log(`heap after each round: ${heaps.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' ')} MiB`)
console.log(`a refused message: ${Math.round(costs[costs.length >> 1] ?? 0)} ns`)
