/** qlobber: a matcher on a trie, without a cache; who uses it calls the receivers that it finds. */
import { Qlobber } from 'qlobber'
import type { Receiver } from '../workload/tally.js'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** Its `#` is our `**`. */
export function someForAny(pattern: string): string {
  return pattern.replaceAll('**', '#')
}

/** The matcher with the smallest loop that makes it an emitter. */
export const qlobber: Engine = {
  name: 'qlobber',
  version: versionOf('qlobber'),
  role: 'peer',
  translate: someForAny,
  open: () => {
    const matcher = new Qlobber<Receiver>()
    return {
      add: (pattern, receiver) => matcher.add(pattern as string, receiver),
      remove: (_, pattern, receiver) => matcher.remove(pattern, receiver),
      publish: (topic, payload) => {
        for (const receiver of matcher.match(topic)) receiver(payload)
      },
    }
  },
}
