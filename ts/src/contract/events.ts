/** What a bus tells about itself: typed events that may be ignored. */
import type { EventEmitter } from 'node:events'
import type { AlertMetric } from './alerts.js'
import type { BuriedMessage } from './dead-letters.js'
import type { DirectoryEndpoint } from './directory.js'
import type { Emitter } from './emitter.js'
import type { CircuitState, HealthState } from './health.js'
import type { Message } from './messages.js'
import type { Overflow } from './policies.js'
import type { CloseReport } from './receipts.js'

/** A handler that threw or rejected. */
export interface FailureEvent {
  /** The topic of the message. */
  readonly topic: string
  /** The id of the message. */
  readonly id: string
  /** How often it had been given to a handler. */
  readonly attempt: number
  /** The id of the endpoint. */
  readonly endpoint: number
  /** What the handler threw. */
  readonly error: unknown
}

/** A message that a full mailbox did not take, or threw out for another. */
export interface OverflowEvent {
  /** The topic of the message. */
  readonly topic: string
  /** The id of the message. */
  readonly id: string
  /** The id of the endpoint. */
  readonly endpoint: number
  /** The `name` that it was registered with. */
  readonly name?: string
  /** What it does when its mailbox is full. */
  readonly policy: Overflow
  /** How many messages its mailbox holds. */
  readonly capacity: number
  /**
   * How many there were at this endpoint since this event was emitted last, this one included: it is emitted once a second
   * at most, from when somebody listens.
   */
  readonly count: number
}

/** A mailbox that fills up, or has room again: once each time that it crosses the mark. */
export interface WatermarkEvent {
  /** The id of the endpoint. */
  readonly endpoint: number
  /** The `name` that it was registered with. */
  readonly name?: string
  /** Which mark: `high` on the way up, and then `low` on the way down. */
  readonly level: 'high' | 'low'
  /** How many messages waited at that moment. */
  readonly queued: number
}

/** Messages that nobody receives. */
export interface UnroutedEvent {
  /** The topic of the message. */
  readonly topic: string
  /** How it was sent. */
  readonly kind: Message['kind']
  /** How many there were since this event was emitted last, this one included: it is emitted once a second at most. */
  readonly count: number
}

/** An endpoint that is watched, in whichever thread, is in another state. */
export interface HealthEvent {
  /** The id of the endpoint. */
  readonly endpoint: number
  /** The `name` that it was registered with. */
  readonly name?: string
  /** How it was. */
  readonly from: HealthState
  /** How it is. */
  readonly to: HealthState
  /** Why; of an endpoint of another thread no more than that its thread is stalled. */
  readonly reason: string
}

/** The circuit of an endpoint of this thread has opened, half opened or closed. */
export interface CircuitEvent {
  /** The id of the endpoint. */
  readonly endpoint: number
  /** The `name` that it was registered with. */
  readonly name?: string
  /** How it was. */
  readonly from: CircuitState
  /** How it is. */
  readonly to: CircuitState
  /** How long it stays open, in milliseconds, where that is known: absent of one that was opened by hand. */
  readonly forMs?: number
}

/** A rule is broken, or is kept again. */
export interface AlertEvent {
  /** The name of the rule. */
  readonly name: string
  /** What it is about. */
  readonly metric: AlertMetric
  /** Whether it is raised now; false says that it is over. */
  readonly isRaised: boolean
  /** What the metric is. */
  readonly value: number
  /** What it was compared with: `above` where it is raised, `below` where it is over. */
  readonly limit: number
}

/** Messages of this thread that had no room on their way: the inbox of another thread is full, or what the bus may hold. */
export interface CongestionEvent {
  /** The topic of the message. */
  readonly topic: string
  /** How it was sent. */
  readonly kind: Message['kind']
  /**
   * How many were dropped or refused since this event was emitted last, this one included: it is emitted once a second at
   * most. An event counts once for each thread that did not get it.
   */
  readonly count: number
}

/** The events of a bus and what they carry. */
export type BusEventMap = {
  failure: [failure: FailureEvent]
  deadLetter: [letter: BuriedMessage]
  overflow: [overflow: OverflowEvent]
  watermark: [watermark: WatermarkEvent]
  unrouted: [unrouted: UnroutedEvent]
  health: [health: HealthEvent]
  circuit: [circuit: CircuitEvent]
  alert: [alert: AlertEvent]
  joined: [endpoint: DirectoryEndpoint]
  left: [endpoint: DirectoryEndpoint]
  closed: [report: CloseReport]
  congestion: [congestion: CongestionEvent]
}

/**
 * The events of one bus in this thread: what happens to its own receivers, and for `joined`, `left` and `health` also to
 * those of other threads. Nothing is thrown when nobody listens.
 *
 * @example
 * bus.events.on('failure', ({ topic, error }) => console.error(topic, error))
 */
export type BusEvents = EventEmitter<BusEventMap> & Emitter<BusEventMap>
