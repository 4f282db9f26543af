/**
 * The least that a bus can do which promises what Busbar does of an event with one receiver: that the receiver is found by
 * topic, that what it throws stays with it, that one that returns a promise is followed, that no more run at a time than
 * may, that messages which are published meanwhile come after, and that what became of each is counted. Whatever Busbar
 * can besides (queues, deadlines, other threads, tracing) is left out: so it is a floor, and no bus.
 */
import type { Payload, Receiver } from '../workload/tally.js'
import type { Engine } from './engine.js'

const LIMIT = 64

interface Endpoint {
  running: number
  accepted: number
  processed: number
  failed: number
  readonly receiver: Receiver
}

function processed(endpoint: Endpoint): void {
  endpoint.processed++
  endpoint.running--
}

/** The duties alone. */
export const duties: Engine = {
  name: 'no bus: found, isolated, counted, in order',
  version: '',
  role: 'floor',
  open: () => {
    const table: Record<string, Endpoint> = Object.create(null)
    const later: [string, Payload][] = []
    let isBusy = false
    const publish = (topic: string, payload: Payload): void => {
      const endpoint = table[topic]
      if (endpoint !== undefined) deliver(endpoint, topic, payload)
    }
    const deliver = (endpoint: Endpoint, topic: string, payload: Payload): void => {
      if (isBusy || endpoint.running >= LIMIT) {
        later.push([topic, payload])
        return
      }
      isBusy = true
      endpoint.running++
      endpoint.accepted++
      try {
        const value: unknown = endpoint.receiver(payload)
        if (value === undefined) processed(endpoint)
        else void Promise.resolve(value).then(() => processed(endpoint))
      } catch {
        endpoint.failed++
        endpoint.running--
      }
      isBusy = false
      if (later.length > 0) publish(...(later.shift() as [string, Payload]))
    }
    return {
      add: (topic, receiver) => {
        table[topic as string] = { running: 0, accepted: 0, processed: 0, failed: 0, receiver }
      },
      publish,
    }
  },
}
