/** picomatch in a loop over all patterns: what one writes who has a handful of them. Its separator is `/`. */
import picomatch from 'picomatch'
import type { Receiver } from '../workload/tally.js'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** Every pattern compiled once, and every one of them tried for each topic. */
export const picomatchLoop: Engine = {
  name: 'picomatch, one after the other',
  version: versionOf('picomatch'),
  role: 'peer',
  translate: (text) => text.replaceAll('.', '/'),
  open: () => {
    const entries: { readonly matches: (topic: string) => boolean; readonly receiver: Receiver }[] = []
    return {
      add: (pattern, receiver) => entries.push({ matches: picomatch(pattern as string), receiver }),
      publish: (topic, payload) => {
        for (const { matches, receiver } of entries) if (matches(topic)) receiver(payload)
      },
    }
  },
}
