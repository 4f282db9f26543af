/** Node's own `EventEmitter`: exact names, no isolation of errors. */
import { EventEmitter } from 'node:events'
import type { Engine } from './engine.js'

/** The emitter of `node:events`. */
export const nodeEvents: Engine = {
  name: 'node:events',
  version: process.versions.node,
  role: 'peer',
  open: () => {
    const emitter = new EventEmitter()
    // One workload has many receivers for one name, which it would warn of.
    emitter.setMaxListeners(0)
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
