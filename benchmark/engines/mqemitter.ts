/**
 * mqemitter, the way it is meant: a message object for each `emit`, and receivers that call `done`. Without a limit on
 * concurrency and with receivers that are done at once, all of it is synchronous. Removing is put off by a loop turn.
 */
import { setImmediate } from 'node:timers/promises'
import mqemitter from 'mqemitter'
import type { Engine } from './engine.js'
import { someForAny } from './qlobber.js'
import { versionOf } from './version.js'

/** mqemitter with the separator and the wildcards that the workloads are written in. */
export const mqemitterBus: Engine = {
  name: 'mqemitter',
  version: versionOf('mqemitter'),
  role: 'peer',
  shape: 'message and done',
  translate: someForAny,
  open: () => {
    const emitter = mqemitter({ separator: '.', wildcardOne: '*', wildcardSome: '#' })
    return {
      add: (pattern, receiver) => emitter.on(pattern as string, receiver),
      remove: (_, pattern, receiver) => emitter.removeListener(pattern, receiver),
      publish: (topic, payload) => emitter.emit({ topic, payload }),
      settled: () => setImmediate(),
    }
  },
}
