/** mitt: exact names, no isolation of errors. */
import mitt, { type Emitter } from 'mitt'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

// Its types are those of a CommonJS module, whose default import is the whole of it; at run time it is the function.
const create = mitt as unknown as () => Emitter<Record<string, unknown>>

/** The emitter of mitt. */
export const mittEmitter: Engine = {
  name: 'mitt',
  version: versionOf('mitt'),
  role: 'peer',
  open: () => {
    const emitter = create()
    return {
      add: (name, receiver) => emitter.on(name as string, receiver),
      remove: (_, name, receiver) => emitter.off(name, receiver),
      publish: (name, payload) => emitter.emit(name, payload),
    }
  },
}
