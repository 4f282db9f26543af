/**
 * The least that a bus can do which promises what Busbar does of an event with one receiver: that the receiver is found by
 * topic, that what it throws stays with it, that one that returns a promise is followed, that no more run at a time than
 * may, that messages which are published meanwhile come after, and that what became of each is counted. Whatever Busbar
 * can besides (queues, deadlines, other threads, tracing) is left out: so it is a floor, and no bus.
 */
import type { Payload, Receiver } from '../workload/tally.js'
import type { Engine, Router } from './engine.js'
import { Trie } from './hand-written/trie.js'

const NAME = 'no bus: found, isolated, counted, in order'
const LIMIT = 64

interface Endpoint {
  running: number
  accepted: number
  processed: number
  failed: number
  readonly receiver: Receiver
}

/** Of exact topics. */
export const duties: Engine = {
  name: NAME,
  version: '',
  role: 'floor',
  open: () => {
    const table: Record<string, Endpoint> = Object.create(null)
    return {
      add: (topic, receiver) => {
        table[topic as string] = endpointOf(receiver)
      },
      ...dutiful((topic) => table[topic]),
    }
  },
}

/** Of globs: a trie with a cache for all topics. */
export const dutiesOfGlobs: Engine = {
  name: NAME,
  version: '',
  role: 'floor',
  open: () => {
    const trie = new Trie()
    const known = new Map<string, Endpoint>()
    const find = (topic: string): Endpoint | undefined => {
      const [receiver] = trie.match(topic)
      if (receiver === undefined) return undefined
      const endpoint = endpointOf(receiver)
      known.set(topic, endpoint)
      return endpoint
    }
    return {
      add: (pattern, receiver) => trie.add(pattern as string, receiver),
      ...dutiful((topic) => known.get(topic) ?? find(topic)),
    }
  },
}

function endpointOf(receiver: Receiver): Endpoint {
  return { running: 0, accepted: 0, processed: 0, failed: 0, receiver }
}

function dutiful(find: (topic: string) => Endpoint | undefined): Pick<Router, 'publish' | 'bind'> {
  const later: [Endpoint, Payload][] = []
  let isBusy = false
  const deliver = (endpoint: Endpoint, payload: Payload): void => {
    if (isBusy || endpoint.running >= LIMIT) {
      later.push([endpoint, payload])
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
    if (later.length > 0) deliver(...(later.shift() as [Endpoint, Payload]))
  }
  return {
    publish: (topic, payload) => {
      const endpoint = find(topic)
      if (endpoint !== undefined) deliver(endpoint, payload)
    },
    bind: (topic) => {
      const endpoint = find(topic)
      if (endpoint === undefined) throw new Error(`nobody receives ${topic}`)
      return { publish: (payload) => deliver(endpoint, payload) }
    },
  }
}

function processed(endpoint: Endpoint): void {
  endpoint.processed++
  endpoint.running--
}
