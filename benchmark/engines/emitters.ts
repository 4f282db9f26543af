/** Everything that publishes to exact topics. */
import { busbar, busbarJavaScript } from './busbar.js'
import { duties } from './duties.js'
import { emittery } from './emittery.js'
import type { Engine } from './engine.js'
import { eventemitter3 } from './eventemitter3.js'
import { floor } from './floor.js'
import { mapOfLists, objectOfLists } from './hand-written/exact.js'
import { mittEmitter } from './mitt.js'
import { moleculer } from './moleculer.js'
import { mqemitterBus } from './mqemitter.js'
import { nanoevents } from './nanoevents.js'
import { nodeEvents } from './node-events.js'
import { rxjs } from './rxjs.js'
import { tseep } from './tseep.js'

/** All of them. */
export const emitters: readonly Engine[] = [
  busbar,
  busbarJavaScript,
  nodeEvents,
  eventemitter3,
  tseep,
  nanoevents,
  mittEmitter,
  rxjs,
  emittery,
  mqemitterBus,
  moleculer,
  objectOfLists,
  mapOfLists,
  duties,
  floor,
]
