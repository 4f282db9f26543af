/** emittery: asynchronous by design, so each `emit` is a promise, and its receivers are called a microtask later. */
import Emittery from 'emittery'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** The emitter of emittery; messages are published in chunks, and waited for. */
export const emittery: Engine = {
  name: 'emittery',
  version: versionOf('emittery'),
  role: 'peer',
  open: () => {
    const emitter = new Emittery()
    let last: Promise<void> | undefined
    return {
      add: (name, receiver) => emitter.on(name as string, receiver),
      publish: (name, payload) => {
        last = emitter.emit(name, payload)
      },
      // They are settled in the order in which they were emitted.
      delivered: async () => last,
    }
  },
}
