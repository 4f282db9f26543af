/** Registers and unregisters as fast as it can, or publishes all the while; and counts. */
import { parentPort, workerData } from 'node:worker_threads'
import { type EndpointStats, open, type Registration, type Subscription } from 'busbar'
import { unbalanced } from '../receivers.js'

/** Register and unregister so often; every so many rounds what is registered stays for a turn of the event loop. */
export interface Churn {
  readonly act: 'subscribe' | 'handle'
  readonly pattern: string
  readonly rounds: number
  readonly stay: number
}

/** What came of it. */
export interface Churned {
  readonly rounds: number
  /** The sums of all its receivers. */
  readonly accepted: number
  readonly processed: number
  /** How many messages came after `unsubscribe()` had returned: none should. */
  readonly late: number
  /** Of the receivers whose accounts do not balance: none should. */
  readonly unbalanced: readonly EndpointStats[]
}

/** Publish numbers from 0 on until the cell is no longer 0, then tell over the bus how many that were. */
export interface Stream {
  readonly act: 'stream'
  readonly topic: string
  readonly cell: Int32Array
}

/** Send requests until the cell is no longer 0; how often each outcome was the one. */
export interface Ask {
  readonly act: 'ask'
  readonly topic: string
  readonly cell: Int32Array
}

/** How many messages are sent in one turn of the event loop. */
const BURST = 50

const bus = open(workerData as string)

async function churn({ act, pattern, rounds, stay }: Churn): Promise<Churned> {
  let [accepted, processed, late] = [0, 0, 0]
  const wrong: EndpointStats[] = []
  for (let round = 0; round < rounds; round++) {
    let over = false
    const receive = (): number => {
      if (over) late++
      return round
    }
    const receiver: Subscription | Registration = bus[act](pattern, receive)
    if (round % stay === 0) await new Promise(setImmediate)
    void receiver[Symbol.asyncDispose]()
    over = true
    const stats = receiver.stats()
    accepted += stats.accepted
    processed += stats.processed
    if (unbalanced([{ pattern, stats }]).length > 0) wrong.push(stats)
  }
  return { rounds, accepted, processed, late, unbalanced: wrong }
}

async function stream({ topic, cell }: Stream): Promise<number> {
  let count = 0
  while (Atomics.load(cell, 0) === 0) {
    for (let burst = 0; burst < BURST; burst++) bus.publish(topic, count++)
    await new Promise(setImmediate)
  }
  // On the same way as the events, and after them.
  await bus.request('stream.ended', count)
  return count
}

async function ask({ topic, cell }: Ask): Promise<[outcome: string, count: number][]> {
  const outcomes = new Map<string, number>()
  const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  while (Atomics.load(cell, 0) === 0) {
    const some = Array.from({ length: BURST }, () =>
      bus.request(topic, 0).then(
        () => count('answered'),
        ({ code }) => count(code),
      ),
    )
    count('asked')
    await Promise.all(some)
    await new Promise(setImmediate)
  }
  outcomes.set('asked', (outcomes.get('asked') ?? 0) * BURST)
  return [...outcomes]
}

parentPort?.on('message', async (order: Churn | Stream | Ask | 'stop') => {
  if (order === 'stop') {
    await bus.close()
    parentPort?.postMessage([])
    parentPort?.close()
  } else if (order.act === 'stream') parentPort?.postMessage(await stream(order))
  else if (order.act === 'ask') parentPort?.postMessage(await ask(order))
  else parentPort?.postMessage(await churn(order))
})
parentPort?.postMessage('ready')
