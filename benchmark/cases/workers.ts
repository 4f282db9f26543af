/**
 * Sending to other threads: each payload is a new object, and arrives at a handler that was found by its topic.
 *
 * Fair, because: all send the same payloads in chunks of the same size, and wait after each until the receiver has said
 * how many it has and what they add up to: so nobody is measured by how fast it can fill a queue. The peers have no topics,
 * no limits and no counters; a message is for the one function that listens.
 */
import { busbarWorkers } from '../engines/workers/busbar.js'
import type { WorkerEngine } from '../engines/workers/engine.js'
import { handWritten, ringWithMsgpackr, ringWithOwnCodec } from '../engines/workers/hand-written.js'
import { broadcastChannel, postMessage } from '../engines/workers/messages.js'
import type { Case, Variant } from '../harness/case.js'
import { type ParcelKind, parcels } from '../workload/parcels.js'
import { sending } from '../workload/sending.js'

/** One way, to one or two workers. */
export const workers: Case = {
  name: 'workers',
  title: 'Send to worker threads, one way',
  about:
    'A new payload for each message, in chunks after each of which the receiver says how many it has and what they add ' +
    'up to. Each contender has a process of its own. Busbar looks up the topic on both sides, counts and limits as by ' +
    'default; the peers call the one function that listens. The ring has nothing but what these payloads need, or a codec ' +
    'for any.',
  isolation: 'process',
  variants: [
    oneWay(parcels.bytes64, 1, 15),
    oneWay(parcels.bytes1Ki, 1, 6),
    oneWay(parcels.smallObject, 1, 6),
    oneWay(parcels.order, 1, 6),
    oneWay(parcels.bytes64Ki, 1, 1, broadcastChannel),
    oneWay(parcels.smallObject, 2, 4, broadcastChannel),
  ],
}

function oneWay(
  parcel: ParcelKind,
  threads: number,
  atLeast: number,
  against: WorkerEngine = postMessage,
): Variant {
  // Bytes need no codec.
  const isObject = parcel === parcels.smallObject || parcel === parcels.order
  const rings = isObject ? [handWritten, ringWithOwnCodec, ringWithMsgpackr] : [handWritten]
  return {
    name: `${parcel.name}, ${threads} ${threads === 1 ? 'worker' : 'workers'}`,
    unit: 'ns',
    per: 'message',
    baseline: against.name,
    contenders: [busbarWorkers, ...rings, postMessage, broadcastChannel].map((engine) =>
      sending(engine, parcel, threads),
    ),
    goals: [{ engine: 'busbar', atLeast, against: against.name }],
  }
}
