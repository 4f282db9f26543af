/**
 * Messages for later. The core keeps them, encoded, and gives them back to this thread when their time has come, or to
 * another one if this has left the bus: whoever gets one sends it as if it were its own.
 */
import type { Codecs } from '../codec/codecs.js'
import { decodeMsgpack, encodeMsgpack } from '../codec/msgpack.js'
import { decodePayload } from '../codec/payload.js'
import * as layout from '../core/native/layout.js'
import { noRoom } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { Frame } from '../link/frame.js'
import type { Hop } from '../link/hop.js'
import type { PublishSettings, SendSettings } from '../options/send.js'

/** The messages for later of one attachment. */
export class Schedule {
  readonly #hop: Hop
  readonly #clock: Clock

  constructor(hop: Hop, clock: Clock) {
    this.#hop = hop
    this.#clock = clock
  }

  /** Gives a message to the core, to come back after `settings.delayMs`; throws when it cannot be encoded, or the bus holds as much as it may. */
  later(kind: Due['kind'], topic: string, payload: unknown, settings: PublishSettings | SendSettings): void {
    // A signal cannot travel, and nobody waits any more.
    const travelling = { ...settings, delayMs: 0, signal: undefined }
    const headers = new Uint8Array(encodeMsgpack([kind, travelling]))
    const parcel = { ...this.#hop.wrap(topic, payload, undefined), headers }
    if (!this.#hop.takeRoom([layout.HOLDINGS], parcel))
      throw noRoom(topic, 'the bus holds as much as it may (heldBytes)')
    this.#hop.ship([], parcel, {
      kind: layout.KIND_SCHEDULE,
      endpoint: 0,
      correlation: { slot: 0, generation: 0 },
      dueMs: this.#clock.nowMs() + settings.delayMs,
      delivery: 0,
    })
  }
}

/** A message whose time has come. */
export type Due =
  | { readonly kind: 'event'; readonly payload: unknown; readonly settings: PublishSettings }
  | { readonly kind: 'notification'; readonly payload: unknown; readonly settings: SendSettings }

/** Reads one. */
export function readDue(frame: Frame, codecs: Codecs): Due {
  const { topic, codec } = frame
  const [kind, settings] = decodeMsgpack(frame.headers) as [Due['kind'], never]
  const payload = decodePayload(topic, codec, frame.stretch, codecs)
  return { kind, payload, settings }
}
