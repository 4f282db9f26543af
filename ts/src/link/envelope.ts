/** What travels with a message besides its topic and payload. */
import type { Headers } from '../contract/messages.js'
import type { Priority } from '../contract/policies.js'
import * as layout from '../core/native/layout.js'

/** The envelope; a message without one is of normal priority, and nothing is said of it. */
export interface Envelope {
  readonly id: string | undefined
  readonly headers: Headers | undefined
  readonly key: string | undefined
  /** The lane of its priority. */
  readonly lane: number
  /** From when on it is of no use, in milliseconds of the core's clock; 0 for never. */
  readonly expiresMs: number
  /** The topic under which it is told how the message ended. */
  readonly notify: string | undefined
}

/** An envelope in which nothing is said. */
export const PLAIN: Envelope = Object.freeze({
  id: undefined,
  headers: undefined,
  key: undefined,
  lane: layout.LANE_NORMAL,
  expiresMs: 0,
  notify: undefined,
})

/** What senders say of a message; complete settings of any verb are that. */
export interface Said {
  readonly envelope: { readonly id: string | undefined; readonly headers: Headers | undefined } | undefined
  readonly priority: Priority
  readonly key?: string | undefined
  readonly ttlMs?: number
  readonly notify?: string | undefined
}

/** The envelope of a message that is sent at `nowMs` of the core's clock; undefined where nothing is said. */
export function envelopeOf(said: Said, nowMs: () => number): Envelope | undefined {
  const { envelope, priority, key, ttlMs = 0, notify } = said
  if (
    envelope === undefined &&
    priority === 'normal' &&
    key === undefined &&
    ttlMs === 0 &&
    notify === undefined
  )
    return undefined
  return {
    id: envelope?.id,
    headers: envelope?.headers,
    key,
    lane: LANES[priority],
    expiresMs: ttlMs === 0 ? 0 : nowMs() + ttlMs,
    notify,
  }
}

/** How urgent a lane of messages is: from 0, the most urgent. */
export function rankOf(lane: number): 0 | 1 | 2 | 3 {
  return (lane - layout.LANE_CRITICAL) as 0 | 1 | 2 | 3
}

/** The priority of a lane. */
export function priorityOf(lane: number): Priority {
  return PRIORITIES.get(lane) ?? 'normal'
}

const LANES: Readonly<Record<Priority, number>> = {
  critical: layout.LANE_CRITICAL,
  high: layout.LANE_HIGH,
  normal: layout.LANE_NORMAL,
  low: layout.LANE_LOW,
}

const PRIORITIES: ReadonlyMap<number, Priority> = new Map(
  Object.entries(LANES).map(([priority, lane]) => [lane, priority as Priority]),
)
