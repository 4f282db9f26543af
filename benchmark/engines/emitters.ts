/** Everything that publishes to exact topics. */
import { busbar, busbarJavaScript, busbarRoomy } from './busbar.js'
import type { Engine } from './engine.js'
import { eventemitter3 } from './eventemitter3.js'
import { floor } from './floor.js'
import { mapOfLists, objectOfLists } from './hand-written/exact.js'
import { mittEmitter } from './mitt.js'
import { mqemitterBus } from './mqemitter.js'
import { nanoevents } from './nanoevents.js'
import { nodeEvents } from './node-events.js'
import { tseep } from './tseep.js'

/** By default Busbar remembers the receivers of so many topics. */
const PLAN_CACHE_TOPICS = 4_096

/** All of them; with more topics than Busbar remembers by default, also with a larger cache. */
export function emitters(topics: number): Engine[] {
  return [
    busbar,
    ...(topics > PLAN_CACHE_TOPICS ? [busbarRoomy] : []),
    busbarJavaScript,
    nodeEvents,
    eventemitter3,
    tseep,
    nanoevents,
    mittEmitter,
    mqemitterBus,
    objectOfLists,
    mapOfLists,
    floor,
  ]
}
