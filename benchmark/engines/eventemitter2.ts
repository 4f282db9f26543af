/** eventemitter2 with wildcards: a trie that is walked at each `emit`. No isolation of errors. */
import eventemitter2 from 'eventemitter2'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** The emitter of eventemitter2. */
export const eventemitter2Emitter: Engine = {
  name: 'eventemitter2',
  version: versionOf('eventemitter2'),
  role: 'peer',
  open: () => {
    const emitter = new eventemitter2.EventEmitter2({ wildcard: true, delimiter: '.', maxListeners: 0 })
    return {
      add: (pattern, receiver) => emitter.on(pattern as string, receiver),
      remove: (_, pattern, receiver) => {
        emitter.off(pattern, receiver)
      },
      publish: (topic, payload) => {
        emitter.emit(topic, payload)
      },
    }
  },
}
