/** Every metric: its name, what it counts and in what; whoever shows metrics shows these. */
import type { Histogram, Metrics, ThreadMetrics } from '../../contract/metrics.js'
import type { BoundedReceiver, Distribution } from './bounded.js'
import { boundedLevels, boundedReceivers } from './bounded.js'

/** The labels of a sample, besides that of the bus. */
export type Labels = Readonly<Record<string, string>>

/** One value of a metric. */
export type Sample = readonly [labels: Labels, value: number]

interface Described {
  /** Without the suffix of its type. */
  readonly name: string
  readonly help: string
  /** The base unit, with which the name ends. */
  readonly unit: 'seconds' | 'bytes' | 'ratio' | undefined
  readonly labels: readonly string[]
}

/** A count, which only grows, or a level. */
export interface NumberMetric extends Described {
  readonly type: 'counter' | 'gauge'
  samples(metrics: Metrics, mostReceivers: number): readonly Sample[]
}

/** A distribution. */
export interface HistogramMetric extends Described {
  readonly type: 'histogram'
  samples(metrics: Metrics, mostReceivers: number): readonly (readonly [Labels, Distribution])[]
}

/** One of them. */
export type Metric = NumberMetric | HistogramMetric

const RECEIVER = ['role', 'pattern', 'name', 'kind']
const SECOND = 1_000

type Count = 'accepted' | 'refused' | 'retried'

function receiverCount(name: string, help: string, count: Count): Metric {
  return {
    name,
    help,
    type: 'counter',
    unit: undefined,
    labels: RECEIVER,
    samples: (metrics, most) =>
      boundedReceivers(metrics, most).map(({ labels, total }): Sample => [labels, total(count)]),
  }
}

function receiverHistogram(name: string, help: string, which: 'queueing' | 'handling' | 'roundTrip'): Metric {
  const isThere = ({ labels }: BoundedReceiver): boolean =>
    which !== 'roundTrip' || labels['kind'] === 'request'
  return {
    name,
    help,
    type: 'histogram',
    unit: 'seconds',
    labels: RECEIVER,
    samples: (metrics, most) =>
      boundedReceivers(metrics, most)
        .filter(isThere)
        .map((receiver) => [receiver.labels, receiver[which]] as const),
  }
}

function one(
  name: string,
  help: string,
  value: (metrics: Metrics) => number,
  type: NumberMetric['type'] = 'counter',
  unit: Described['unit'] = undefined,
): Metric {
  return { name, help, type, unit, labels: [], samples: (metrics) => [[{}, value(metrics)]] }
}

function distribution(
  name: string,
  help: string,
  unit: 'seconds' | undefined,
  histogram: (metrics: Metrics) => Histogram,
): Metric {
  return { name, help, type: 'histogram', unit, labels: [], samples: (metrics) => [[{}, histogram(metrics)]] }
}

function level(name: string, help: string, which: 'running' | 'queued' | 'postponed'): Metric {
  return {
    name,
    help,
    type: 'gauge',
    unit: undefined,
    labels: ['role', 'pattern', 'name'],
    samples: (metrics, most) =>
      boundedLevels(metrics, most).map(({ labels, levels }): Sample => [labels, levels[which]]),
  }
}

function threadLevel(
  name: string,
  help: string,
  unit: Described['unit'],
  value: (thread: ThreadMetrics) => number,
): Metric {
  const samples = ({ threads }: Metrics): readonly Sample[] =>
    threads.map((thread) => [{ thread: `${thread.threadId}` }, value(thread)])
  return { name, help, type: 'gauge', unit, labels: ['thread'], samples }
}

function threadStates(
  name: string,
  help: string,
  states: (thread: ThreadMetrics) => Readonly<Record<string, number>>,
): Metric {
  const samples = ({ threads }: Metrics): readonly Sample[] =>
    threads.flatMap((thread) =>
      Object.entries(states(thread)).map(
        ([state, count]): Sample => [{ thread: `${thread.threadId}`, state }, count],
      ),
    )
  return { name, help, type: 'gauge', unit: undefined, labels: ['thread', 'state'], samples }
}

const OUTCOMES = ['processed', 'failed', 'deadLettered', 'dropped', 'expired'] as const
const OUTCOME_LABELS: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  processed: 'processed',
  failed: 'failed',
  deadLettered: 'dead_lettered',
  dropped: 'dropped',
  expired: 'expired',
}
const DELAYS = [
  ['0.5', 'p50'],
  ['0.99', 'p99'],
  ['1', 'max'],
] as const

/** All metrics, in the order in which they are shown. */
export const METRICS: readonly Metric[] = [
  receiverCount('busbar_messages_accepted', 'Messages that receivers have taken.', 'accepted'),
  {
    name: 'busbar_messages_finished',
    help: 'Messages that receivers are done with, by how they ended.',
    type: 'counter',
    unit: undefined,
    labels: [...RECEIVER, 'outcome'],
    samples: (metrics, most) =>
      boundedReceivers(metrics, most).flatMap(({ labels, total }) =>
        OUTCOMES.map((name): Sample => [{ ...labels, outcome: OUTCOME_LABELS[name] }, total(name)]),
      ),
  },
  receiverCount('busbar_messages_refused', 'Messages that receivers have not taken.', 'refused'),
  receiverCount('busbar_attempts_retried', 'Attempts that failed and were followed by another.', 'retried'),
  receiverHistogram(
    'busbar_queueing_duration_seconds',
    'From when a message was accepted until its first attempt.',
    'queueing',
  ),
  receiverHistogram(
    'busbar_handling_duration_seconds',
    'An attempt, until the promise of the handler settled.',
    'handling',
  ),
  receiverHistogram(
    'busbar_request_duration_seconds',
    'From when a request was sent until it ended, as its caller sees it.',
    'roundTrip',
  ),
  level('busbar_messages_running', 'Messages that handlers are busy with.', 'running'),
  level('busbar_messages_queued', 'Messages that wait in mailboxes.', 'queued'),
  level('busbar_messages_postponed', 'Messages that wait for their next attempt.', 'postponed'),
  one('busbar_events_published', 'Events that were published.', ({ published }) => published),
  one('busbar_messages_unrouted', 'Messages that nobody received.', ({ unrouted }) => unrouted),
  {
    name: 'busbar_requests',
    help: 'Requests that have ended, by how: ok, or the code of the error.',
    type: 'counter',
    unit: undefined,
    labels: ['outcome'],
    samples: ({ requests }) =>
      Object.entries(requests).map(([outcome, count]): Sample => [{ outcome }, count]),
  },
  one('busbar_replies_late', 'Answers that nobody waited for any more.', ({ lateReplies }) => lateReplies),
  one(
    'busbar_routing_lookups',
    'Topics whose receivers a thread did not know, and asked the core for.',
    ({ routing }) => routing.lookups,
  ),
  {
    name: 'busbar_match_cache_lookups',
    help: 'Look-ups in the cache of plans that all threads share.',
    type: 'counter',
    unit: undefined,
    labels: ['result'],
    samples: ({ routing }) => [
      [{ result: 'hit' }, routing.cacheHits],
      [{ result: 'miss' }, routing.cacheMisses],
    ],
  },
  one(
    'busbar_match_cache_evictions',
    'Plans that took the place of another in that cache.',
    ({ routing }) => routing.cacheEvictions,
  ),
  distribution(
    'busbar_routing_duration_seconds',
    'A look-up in the core.',
    'seconds',
    ({ routing }) => routing.duration,
  ),
  distribution(
    'busbar_routing_matches',
    'Subscriptions that a look-up found.',
    undefined,
    ({ routing }) => routing.matches,
  ),
  one('busbar_hop_batches', 'Batches that threads have handed to the core.', ({ hop }) => hop.batches),
  one('busbar_hop_sent_bytes', 'Bytes of those batches.', ({ hop }) => hop.bytes, 'counter', 'bytes'),
  distribution(
    'busbar_hop_batch_size',
    'Frames in a batch, each event counted.',
    undefined,
    ({ hop }) => hop.batchSize,
  ),
  one(
    'busbar_hop_frames_received',
    'Frames that have arrived in threads, each event counted.',
    ({ hop }) => hop.received,
  ),
  one(
    'busbar_hop_frames_undeliverable',
    'Frames whose target was gone, each event counted.',
    ({ hop }) => hop.undeliverable,
  ),
  one(
    'busbar_hop_messages_without_room',
    'Messages that had no room on their way to another thread, and were dropped or refused.',
    ({ hop }) => hop.noRoom,
  ),
  one('busbar_hop_wakeups', 'Times that the core has woken a thread.', ({ hop }) => hop.wakeUps),
  distribution(
    'busbar_timer_lag_seconds',
    'By how much timers and time-outs were acted on too late.',
    'seconds',
    ({ timerLag }) => timerLag,
  ),
  {
    name: 'busbar_event_loop_delay_seconds',
    help: 'By how much the event loop was late in the last second: the median, the 99th percentile, the most.',
    type: 'gauge',
    unit: 'seconds',
    labels: ['thread', 'quantile'],
    samples: ({ threads }) =>
      threads.flatMap(({ threadId, eventLoopDelay }) =>
        DELAYS.map(
          ([quantile, name]): Sample => [{ thread: `${threadId}`, quantile }, eventLoopDelay[name] / SECOND],
        ),
      ),
  },
  {
    name: 'busbar_event_loop_utilization_ratio',
    help: 'The share of the last second in which the event loop was busy.',
    type: 'gauge',
    unit: 'ratio',
    labels: ['thread'],
    samples: ({ threads }) =>
      threads.map(
        ({ threadId, eventLoopUtilization }): Sample => [{ thread: `${threadId}` }, eventLoopUtilization],
      ),
  },
  {
    name: 'busbar_answers_pending',
    help: 'Requests, and messages that are waited for, that are not answered.',
    type: 'gauge',
    unit: undefined,
    labels: ['thread'],
    samples: ({ threads }) =>
      threads.map(({ threadId, pending }): Sample => [{ thread: `${threadId}` }, pending]),
  },
  {
    name: 'busbar_endpoints',
    help: 'Receivers that are registered, or are ending.',
    type: 'gauge',
    unit: undefined,
    labels: ['thread'],
    samples: ({ threads }) =>
      threads.map(({ threadId, endpoints }): Sample => [{ thread: `${threadId}` }, endpoints]),
  },
  threadLevel(
    'busbar_inbox_bytes',
    'What a thread has not taken in yet, and what others have reserved in its inbox.',
    'bytes',
    ({ inboxBytes }) => inboxBytes,
  ),
  threadLevel(
    'busbar_messages_waiting_for_room',
    'Messages of a thread that wait for room on their way to another.',
    undefined,
    ({ waiting }) => waiting,
  ),
  threadLevel(
    'busbar_waiting_for_room_bytes',
    'The bytes of those.',
    'bytes',
    ({ waitingBytes }) => waitingBytes,
  ),
  threadStates(
    'busbar_watched_endpoints',
    'Receivers that are watched, by their health.',
    ({ health }) => health,
  ),
  threadStates('busbar_circuits', 'Circuits of receivers, by what they do.', ({ circuits }) => circuits),
  one(
    'busbar_deliveries_held',
    'Messages that the bus holds until they are finished with.',
    ({ holdings }) => holdings.held,
    'gauge',
  ),
  one(
    'busbar_deliveries_parked',
    'Those of them that wait for an endpoint.',
    ({ holdings }) => holdings.parked,
    'gauge',
  ),
  one(
    'busbar_messages_scheduled',
    'Messages that are to be sent later.',
    ({ holdings }) => holdings.scheduled,
    'gauge',
  ),
  one(
    'busbar_events_retained',
    'Topics with an event that is kept.',
    ({ holdings }) => holdings.retained,
    'gauge',
  ),
  one(
    'busbar_deliveries_held_bytes',
    'The bytes of what is held and of what is scheduled.',
    ({ holdings }) => holdings.heldBytes,
    'gauge',
    'bytes',
  ),
  one(
    'busbar_events_retained_bytes',
    'The bytes of the events that are kept.',
    ({ holdings }) => holdings.retainedBytes,
    'gauge',
    'bytes',
  ),
  one('busbar_dead_letters', 'Messages that were given up.', ({ holdings }) => holdings.deadLetters, 'gauge'),
  one(
    'busbar_dead_letters_evicted',
    'Dead letters that were forgotten to make room.',
    ({ holdings }) => holdings.deadLettersEvicted,
  ),
]
