/**
 * What runs in each worker thread: it opens the bus by its name, and from then on messages reach it like any function.
 *
 * It counts the flights of its share of the airports, looks airports up, and takes its turn with the alerts. The thread
 * stays alive because it has subscriptions, and ends by itself once the bus is closed.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { open } from 'busbar'
import { type Airport, BUS_NAME, type FlightsContract } from './contract.js'
import { readAirports } from './data.js'
import { type Fault, withFault } from './faults.js'
import { DelayStatistics } from './statistics.js'

/** What the main thread tells a worker when it starts it. */
export interface WorkerSettings {
  /** Its number, from 1. */
  readonly worker: number
  /** The codes of the airports whose flights it counts. */
  readonly origins: readonly string[]
  /** How it misbehaves. */
  readonly fault?: Fault | undefined
}

const { worker, origins, fault } = workerData as WorkerSettings
const airports = readAirports()
const statistics = new DelayStatistics()
let lookups = 0
let alerts = 0
let failures = 0

const bus = open<FlightsContract>(BUS_NAME)

// An event goes to everybody who subscribes: each airport is subscribed to by one worker, so each flight counts once.
for (const origin of origins) {
  bus.subscribe(`flights.${origin}.*.departed`, (flight) => statistics.add(flight))
}

// A request goes to one handler. All workers handle this one, and the bus lets them take turns.
const lookup = withFault(fault, ({ code }: { code: string }): Airport => {
  const airport = airports.get(code)
  if (airport === undefined) throw new RangeError(`there is no airport '${code}'`)
  return airport
})
bus.handle('airports.*.lookup', (query) => {
  lookups++
  return lookup(query)
})

// A notification goes to one handler as well; its sender waits until it is accepted, not for what comes of it.
bus.handle('alerts.delayed', () => {
  alerts++
})

// What a handler throws harms nobody else: whoever asked gets an error, and this thread is told.
bus.events.on('failure', () => {
  failures++
})

bus.handle(`workers.${worker}.statistics`, () => {
  return { flights: statistics.flights, lookups, alerts, failures, airports: statistics.byAirport() }
})

bus.subscribe('run.finished', ({ closeTimeoutMs }) => {
  // Not awaited here: closing waits for all handlers, this one included.
  void leave(closeTimeoutMs)
})

// Whoever hears this knows of everything above: subscriptions travel in the same queue as messages.
bus.publish(`workers.${worker}.ready`, { worker })

async function leave(closeTimeoutMs: number): Promise<void> {
  const report = await bus.close({ timeout: closeTimeoutMs })
  // The bus is closed, so the last word goes another way.
  parentPort?.postMessage(report)
}
