/**
 * Requests in one thread: a number goes to a handler, and comes back greater by one, a microtask later.
 *
 * Fair, because: all have the same handler and as many questions in flight, all answers are checked, and all have a time-out
 * of 30 s. The hand-written map with one sweep is the best that we can write: its requests time out up to 100 ms late, those
 * of Busbar within 2 ms. The one with the duties of a bus is no goal: it shows what is left of them in what Busbar takes. It has
 * one topic, one time-out and nothing else that can be asked for. p-timeout knows no topics; mqemitter is given the map and the timer that it lacks.
 */
import { busbarRequests, busbarRequestsJavaScript } from '../engines/requests/busbar.js'
import { coarseSweep, handlerAlone, timerForEach, withDuties } from '../engines/requests/hand-written.js'
import { moleculerCall, mqemitterRequests, pTimeoutCall } from '../engines/requests/libraries.js'
import type { Case, Variant } from '../harness/case.js'
import { outstanding, requesting } from '../workload/requesting.js'

const ENGINES = [
  busbarRequests,
  busbarRequestsJavaScript,
  coarseSweep,
  timerForEach,
  withDuties,
  mqemitterRequests,
  moleculerCall,
  pTimeoutCall,
  handlerAlone,
]

const OUTSTANDING = 100_000

/** There and back. */
export const requests: Case = {
  name: 'requests',
  title: 'Request and reply, in one thread',
  about:
    'A number, answered by a greater one, with a time-out of 30 s. Each contender has a process of its own. Where ' +
    '100,000 are outstanding, the first is answered when all were asked. Busbar limits, counts and isolates as by ' +
    'default, and its time-outs are exact to 2 ms; the hand-written sweep is up to 100 ms late. Its map is as old as in a ' +
    'service that has rested once, and takes twice as long then.',
  isolation: 'process',
  variants: [inFlight(1), inFlight(1_000), allAtOnce()],
}

function inFlight(count: number): Variant {
  return {
    name: `${count.toLocaleString('en')} in flight`,
    unit: 'ns',
    per: 'request',
    baseline: coarseSweep.name,
    contenders: ENGINES.map((engine) => requesting(engine, count)),
    goals: [
      { engine: 'busbar', atLeast: 1, against: coarseSweep.name },
      { engine: 'busbar', atLeast: 2.5, against: timerForEach.name },
    ],
  }
}

function allAtOnce(): Variant {
  return {
    name: `${OUTSTANDING.toLocaleString('en')} outstanding`,
    unit: 'ns',
    per: 'request',
    baseline: timerForEach.name,
    contenders: ENGINES.map((engine) => outstanding(engine, OUTSTANDING)),
    goals: [{ engine: 'busbar', atLeast: 2, against: timerForEach.name }],
  }
}
