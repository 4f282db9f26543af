/** Replays the flights: each is an event and a request, and a notification as well when it is very late. */
import type { Bus, Publisher } from 'busbar'
import { Alerts, type AlertsOutcome } from './alerts.js'
import type { Airport, Flight, FlightsContract } from './contract.js'
import { InFlight } from './in-flight.js'
import { Lookups, type LookupsOutcome } from './lookups.js'

/** What to replay, and how. */
export interface ReplaySettings {
  readonly flights: readonly Flight[]
  /** What the lookups must answer. */
  readonly airports: ReadonlyMap<string, Airport>
  /** How many flights; when there are fewer, they are taken again from the first. */
  readonly count: number
  /** How many requests and notifications may be under way at a time. */
  readonly inFlight: number
  /** How long each of them may take, in milliseconds. */
  readonly timeoutMs: number
  /** Ends the replay after the current flight. */
  readonly signal: AbortSignal
  /** Called after each flight with the number of flights so far. */
  readonly onFlight: (published: number) => void
}

/** What the main thread has seen. */
export interface Replayed {
  /** How many flights were published. */
  readonly published: number
  /** How many of them nobody had subscribed to. */
  readonly unrouted: number
  readonly requests: LookupsOutcome
  readonly notifications: AlertsOutcome
  /** From the first flight to the last answer, in milliseconds. */
  readonly elapsedMs: number
}

/** Replays flights from this thread. Resolves when everything that was sent has ended, one way or the other. */
export async function replay(bus: Bus<FlightsContract>, settings: ReplaySettings): Promise<Replayed> {
  const { flights, count, signal, onFlight } = settings
  const inFlight = new InFlight(settings.inFlight)
  const lookups = new Lookups(bus, inFlight, settings.timeoutMs, settings.airports)
  const alerts = new Alerts(bus, inFlight, settings.timeoutMs)
  const publishers = bindRoutes(bus, flights)
  let published = 0
  let unrouted = 0

  const startMs = performance.now()
  while (published < count && !signal.aborted) {
    const at = published % flights.length
    const flight = flights[at] as Flight
    if (publishers[at]?.publish(flight) === 0) unrouted++
    void lookups.send(flight.destination)
    if (Alerts.isDue(flight)) void alerts.send(flight)
    onFlight(++published)
    // Only when there is need to: what is sent without a pause in between travels in one batch.
    if (inFlight.isFull) await inFlight.room()
  }
  await inFlight.drained()
  const elapsedMs = performance.now() - startMs

  return { published, unrouted, requests: lookups.outcome(), notifications: alerts.outcome(), elapsedMs }
}

/** A publisher for each flight, one per route: it has the receivers of its topic at hand. */
function bindRoutes(bus: Bus<FlightsContract>, flights: readonly Flight[]): Publisher<Flight>[] {
  const byTopic = new Map<string, Publisher<Flight>>()
  return flights.map(({ origin, destination }) => {
    const topic = `flights.${origin}.${destination}.departed` as const
    const publisher = byTopic.get(topic) ?? bus.publisher(topic)
    byTopic.set(topic, publisher)
    return publisher
  })
}
