/** What one writes by hand for regular expressions: a loop. With globs besides, the loop and the trie. */
import type { Receiver } from '../../workload/tally.js'
import type { Engine } from '../engine.js'
import { Trie } from './trie.js'

/** Every expression is tried for each topic; globs are in the hand-written trie. */
export const regexLoop: Engine = {
  name: 'hand-written trie + RegExp loop',
  version: '',
  role: 'hand-written',
  open: () => {
    const trie = new Trie()
    const entries: { readonly regex: RegExp; readonly receiver: Receiver }[] = []
    return {
      add: (pattern, receiver) => {
        if (typeof pattern === 'string') trie.add(pattern, receiver)
        else entries.push({ regex: pattern, receiver })
      },
      publish: (topic, payload) => {
        for (const receiver of trie.match(topic)) receiver(payload)
        for (const { regex, receiver } of entries) if (regex.test(topic)) receiver(payload)
      },
    }
  },
}
