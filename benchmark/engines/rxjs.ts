/** rxjs: a `Subject` for each topic, in a `Map`; it has no topics of its own, and `filter` for each would be a loop. */
import { Subject, type Subscription } from 'rxjs'
import type { Payload } from '../workload/tally.js'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** Subjects by topic. */
export const rxjs: Engine = {
  name: 'rxjs, a Subject for each topic',
  version: versionOf('rxjs'),
  role: 'peer',
  open: () => {
    const subjects = new Map<string, Subject<Payload>>()
    return {
      add: (topic, receiver) => {
        let subject = subjects.get(topic as string)
        if (subject === undefined) {
          subject = new Subject()
          subjects.set(topic as string, subject)
        }
        return subject.subscribe(receiver)
      },
      remove: (added) => (added as Subscription).unsubscribe(),
      publish: (topic, payload) => subjects.get(topic)?.next(payload),
    }
  },
}
