/** eventemitter3: exact names, no isolation of errors. */
import { EventEmitter } from 'eventemitter3'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** The emitter of eventemitter3. */
export const eventemitter3: Engine = {
  name: 'eventemitter3',
  version: versionOf('eventemitter3'),
  role: 'peer',
  open: () => {
    const emitter = new EventEmitter()
    return {
      add: (name, receiver) => emitter.on(name as string, receiver),
      remove: (_, name, receiver) => {
        emitter.off(name, receiver)
      },
      publish: (name, payload) => {
        emitter.emit(name, payload)
      },
    }
  },
}
