/** tseep: exact names; it generates the code that calls the listeners of a name. No isolation of errors. */
import { EventEmitter } from 'tseep'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** The emitter of tseep. */
export const tseep: Engine = {
  name: 'tseep',
  version: versionOf('tseep'),
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
