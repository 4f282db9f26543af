/**
 * What one message costs as things grow: patterns, receivers, threads, bytes, requests in flight. What they have in common
 * is that the curves should be flat, or straight where the work itself grows.
 *
 * Fair, because: the contenders are those of the cases for one size, and are checked in the same way.
 */
import { busbar } from '../engines/busbar.js'
import { eventemitter3 } from '../engines/eventemitter3.js'
import { plainTrie } from '../engines/hand-written/globs.js'
import { nodeEvents } from '../engines/node-events.js'
import { qlobber } from '../engines/qlobber.js'
import { busbarWorkers } from '../engines/workers/busbar.js'
import { broadcastChannel, postMessage } from '../engines/workers/messages.js'
import type { Case, Contender, Goal } from '../harness/case.js'
import { fanningOut } from '../workload/fanning-out.js'
import { globs, openCuts } from '../workload/globs.js'
import { bytes, parcels } from '../workload/parcels.js'
import { neverSeen, publishing } from '../workload/publishing.js'
import { asking, sending } from '../workload/sending.js'

const ABOUT =
  'One figure for each size; both scales of the chart are logarithmic, and its strokes are least and most.'

interface Growth {
  readonly name: string
  readonly title: string
  readonly per: string
  readonly baseline: string
  readonly sizes: readonly number[]
  readonly contenders: (size: number) => readonly Contender[]
  /** Of the last size. */
  readonly goals?: readonly Goal[]
}

function growth({ name, title, per, baseline, sizes, contenders, goals = [] }: Growth): Case {
  return {
    name: `growth-${name}`,
    title,
    about: ABOUT,
    isolation: 'process',
    variants: sizes.map((size) => ({
      name: size.toLocaleString('en'),
      size,
      unit: 'ns',
      per,
      baseline,
      contenders: contenders(size),
      goals: size === sizes.at(-1) ? goals : [],
    })),
  }
}

/** All curves. */
export const growthCases: readonly Case[] = [
  growth({
    name: 'patterns',
    title: 'From 1 to 100,000 patterns, topics never seen before',
    per: 'publish',
    baseline: plainTrie.name,
    sizes: [1, 10, 100, 1_000, 10_000, 100_000],
    contenders: (size) =>
      [busbar, plainTrie, qlobber].map((engine) =>
        publishing(engine, {
          patterns: () => globs(size),
          publish: neverSeen(openCuts(Math.min(size, 1_000), size)),
        }),
      ),
    goals: [{ engine: 'busbar', atLeast: 1 / 3, variant: '10' }],
  }),
  growth({
    name: 'endpoints',
    title: 'From 1 to 10,000 receivers of one topic',
    per: 'publish',
    baseline: nodeEvents.name,
    sizes: [1, 10, 100, 1_000, 10_000],
    contenders: (size) => [busbar, nodeEvents, eventemitter3].map((engine) => fanningOut(engine, size)),
  }),
  growth({
    name: 'threads',
    title: 'From 1 to 8 threads that receive, small objects',
    per: 'message',
    baseline: broadcastChannel.name,
    sizes: [1, 2, 4, 8],
    contenders: (size) =>
      [busbarWorkers, broadcastChannel, postMessage].map((engine) =>
        sending(engine, parcels.smallObject, size),
      ),
  }),
  growth({
    name: 'bytes',
    title: 'From 64 B to 1 MiB, to one worker',
    per: 'message',
    baseline: postMessage.name,
    sizes: [64, 1_024, 16_384, 65_536, 262_144, 1_048_576],
    contenders: (size) => {
      // As many on the way as are 8 MiB, but not more than of the small ones.
      const parcel = bytes(size, Math.max(8, Math.min(10_000, 2 ** 23 / size)))
      return [busbarWorkers, postMessage].map((engine) => sending(engine, parcel, 1))
    },
  }),
  growth({
    name: 'in-flight',
    title: 'From 1 to 100,000 requests in flight, to one worker',
    per: 'request',
    baseline: postMessage.name,
    sizes: [1, 10, 100, 1_000, 10_000, 100_000],
    contenders: (size) => [busbarWorkers, postMessage].map((engine) => asking(engine, size, 2)),
  }),
]
