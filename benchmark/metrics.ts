/**
 * What metrics cost: a publish to one subscriber, and a request and its reply in one thread, on a bus that measures itself
 * against one that does not, in rounds that take turns; and what `metrics()` costs with many receivers.
 *
 *     npm run build && node --expose-gc build/benchmark/metrics.js [--rounds 41] [--receivers 10000]
 *
 * Each round is done on both buses, one right after the other, whichever first; the ratio is that of the two, and what is
 * stated is the median of the ratios. Where a machine is busy with other things, the time of the processor is what counts,
 * so a read is stated in that as well.
 */
import { parseArgs } from 'node:util'
import { type Bus, open } from 'busbar'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '401' }, receivers: { type: 'string', default: '10000' } },
})
const rounds = Number(values.rounds)
const receivers = Number(values.receivers)
const PUBLISHES = 20_000
const REQUESTS = 2_000
const TOPICS = 100

/** One of the two. */
interface Side {
  readonly bus: Bus
  /** How many messages have come. */
  count: number
}

function side(metrics: boolean): Side {
  const bus = open(`metrics ${metrics}`, { metrics })
  const made: Side = { bus, count: 0 }
  for (let index = 0; index < TOPICS; index++) bus.subscribe(topics[index] ?? '', () => void made.count++)
  bus.handle('echo', (payload: number) => payload)
  return made
}

const topics = Array.from({ length: TOPICS }, (_, index) => `topic.${index}`)

function publishing(one: Side): number {
  const { bus } = one
  one.count = 0
  const startMs = performance.now()
  for (let index = 0; index < PUBLISHES; index++) bus.publish(topics[index % TOPICS] ?? '', index)
  const tookMs = performance.now() - startMs
  if (one.count !== PUBLISHES) throw new Error('some were lost')
  return (tookMs / PUBLISHES) * 1e6
}

async function requesting({ bus }: Side): Promise<number> {
  const startMs = performance.now()
  let sum = 0
  for (let index = 0; index < REQUESTS; index++) sum += await bus.request('echo', 1)
  if (sum !== REQUESTS) throw new Error('some were lost')
  return ((performance.now() - startMs) / REQUESTS) * 1e6
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0

async function compare(what: string, measure: (one: Side) => number | Promise<number>): Promise<void> {
  const [on, off] = [side(true), side(false)]
  const times: [number, number][] = []
  for (let round = 0; round < rounds; round++) {
    const isFirst = round % 2 === 0
    const one = await measure(isFirst ? on : off)
    const other = await measure(isFirst ? off : on)
    // The first rounds compile.
    if (round > 20) times.push(isFirst ? [one, other] : [other, one])
    await new Promise((resolve) => setImmediate(resolve))
  }
  const ratios = times.map(([with_, without]) => with_ / without)
  const { count, sum } = on.bus
    .metrics()
    .receivers.reduce(
      (total, { accepted, handling }) => ({ count: total.count + accepted, sum: total.sum + handling.count }),
      { count: 0, sum: 0 },
    )
  if (count < rounds || sum > count || sum < count - 2_048 * TOPICS) throw new Error('they were not measured')
  const [least, leastWithout] = [0, 1].map((side) => Math.min(...times.map((pair) => pair[side] ?? 0)))
  const shown = (ratio: number): string => ratio.toFixed(3)
  console.log(
    `${what}: ${median(times.map(([with_]) => with_)).toFixed(1)} ns with metrics, ` +
      `${median(times.map(([, without]) => without)).toFixed(1)} ns without; ratio ${shown(median(ratios))} ` +
      `(${shown(Math.min(...ratios))} to ${shown(Math.max(...ratios))}); ` +
      `at best ${least?.toFixed(1)} and ${leastWithout?.toFixed(1)} ns`,
  )
  await Promise.all([on.bus.close(), off.bus.close()])
}

/** What a read costs, when nothing has happened since the last, and when every receiver has had a message. */
async function reading(): Promise<void> {
  const bus = open('metrics of many')
  const names = Array.from({ length: receivers }, (_, index) => `receiver.${index}`)
  for (const name of names) bus.subscribe(name, () => {})
  for (const isBusy of [false, true]) {
    const took: number[] = []
    const busy: number[] = []
    for (let round = 0; round < rounds / 10; round++) {
      if (isBusy || round === 0) for (const name of names) bus.publish(name, round)
      const startCpu = process.cpuUsage()
      const startMs = performance.now()
      bus.metrics()
      took.push(performance.now() - startMs)
      const { user, system } = process.cpuUsage(startCpu)
      busy.push((user + system) / 1e3)
    }
    console.log(
      `metrics() with ${receivers} receivers, ${isBusy ? 'each of which had a message' : 'nothing new'}: ` +
        `${median(took).toFixed(2)} ms (at least ${Math.min(...took).toFixed(2)}), ${median(busy).toFixed(2)} ms of the processor`,
    )
  }
  const startMs = performance.now()
  const { length } = bus.metrics().receivers
  if (length !== receivers) throw new Error(`${length} were there`)
  console.log(`and to read each of them: ${(performance.now() - startMs).toFixed(2)} ms`)
  await bus.close()
}

await compare('publish', publishing)
await compare('request', requesting)
await reading()
