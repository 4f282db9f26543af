/** What a bus tells about itself: typed events that may be ignored. */
import type { EventEmitter } from 'node:events'
import type { BuriedMessage } from './dead-letters.js'
import type { Message } from './messages.js'
import type { Overflow } from './policies.js'

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
  congestion: [congestion: CongestionEvent]
}

/**
 * The events of one bus in this thread: what happens to its own receivers.
 *
 * @example
 * bus.events.on('failure', ({ topic, error }) => console.error(topic, error))
 */
export type BusEvents = EventEmitter<BusEventMap>
