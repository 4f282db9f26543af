/** nanoevents: exact names, no isolation of errors. The last version for the oldest Node.js that Busbar runs on. */
import { createNanoEvents } from 'nanoevents'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** The emitter of nanoevents. */
export const nanoevents: Engine = {
  name: 'nanoevents',
  version: versionOf('nanoevents'),
  role: 'peer',
  open: () => {
    const emitter = createNanoEvents()
    return {
      add: (name, receiver) => emitter.on(name as string, receiver),
      remove: (added) => (added as () => void)(),
      publish: (name, payload) => {
        emitter.emit(name, payload)
      },
    }
  },
}
