/** Busbar, through its public interface with everything on. */
import { type OpenOptions, open, type Subscription } from 'busbar'
import type { Engine, Router } from './engine.js'

let opened = 0

/** As it is installed. */
export const busbar: Engine = {
  name: 'busbar',
  // The commit says more than the version, and is given for all.
  version: '',
  role: 'busbar',
  // By name: where the native core cannot be loaded, this must fail, and not be measured on the other one.
  open: () => router({ core: 'native' }),
}

/** The same facade on the JavaScript core. */
export const busbarJavaScript: Engine = {
  ...busbar,
  name: 'busbar on the JavaScript core',
  role: 'javascript core',
  open: () => router({ core: 'javascript' }),
}

function router(options: OpenOptions): Router {
  const bus = open(`benchmark ${++opened}`, options)
  let last: Promise<void> | undefined
  return {
    add: (pattern, receiver) => bus.subscribe(pattern, receiver),
    remove: (added) => {
      last = (added as Subscription).unsubscribe()
    },
    publish: (topic, payload) => {
      bus.publish(topic, payload)
    },
    bind: (topic) => bus.publisher(topic),
    settled: async () => last,
    close: async () => {
      await bus.close({ timeout: 0 })
    },
  }
}
