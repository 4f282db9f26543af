/** Emitters on the hand-written trie: without a cache for topics that do not come again, with one for those that do. */
import type { Payload, Receiver } from '../../workload/tally.js'
import type { Engine } from '../engine.js'
import { Trie } from './trie.js'

/** The walk for each message. */
export const plainTrie: Engine = {
  name: 'hand-written trie',
  version: '',
  role: 'hand-written',
  open: () => {
    const trie = new Trie()
    return {
      add: (pattern, receiver) => trie.add(pattern as string, receiver),
      remove: (_, pattern, receiver) => trie.remove(pattern, receiver),
      publish: (topic, payload) => deliver(trie.match(topic), payload),
    }
  },
}

/** How many topics are remembered; then it starts anew, the cheapest of all ways to keep it bounded. */
const CACHE_TOPICS = 4_096

/** The receivers of a topic are remembered until a pattern comes or goes. */
export const cachedTrie: Engine = {
  name: 'hand-written trie + Map cache',
  version: '',
  role: 'hand-written',
  open: () => {
    const trie = new Trie()
    const cache = new Map<string, Receiver[]>()
    return {
      add: (pattern, receiver) => {
        cache.clear()
        trie.add(pattern as string, receiver)
      },
      remove: (_, pattern, receiver) => {
        cache.clear()
        trie.remove(pattern, receiver)
      },
      publish: (topic, payload) => {
        let found = cache.get(topic)
        if (found === undefined) {
          found = trie.match(topic)
          if (cache.size === CACHE_TOPICS) cache.clear()
          cache.set(topic, found)
        }
        deliver(found, payload)
      },
    }
  },
}

function deliver(list: readonly Receiver[], payload: Payload): void {
  for (let index = 0; index < list.length; index++) list[index]?.(payload)
}
