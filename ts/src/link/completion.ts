/**
 * What comes to this thread: the inbox is drained in batches when the core wakes us, a bounded number of bytes per turn
 * of the event loop, so that I/O is never starved.
 */
import type { CoreAttachment } from '../core/core.js'
import * as layout from '../core/native/layout.js'
import { Frame } from './frame.js'

const INITIAL_BYTES = 1 << 16
/** Roughly how much is taken out of the inbox before the event loop has its turn. */
const TURN_BYTES = 1 << 18

/** The incoming side of an attachment. */
export class Completion {
  readonly #attachment: CoreAttachment
  readonly #receive: (frame: Frame) => void
  #buffer = new Uint8Array(INITIAL_BYTES)
  #frame = new Frame(this.#buffer)
  #draining = false
  #again = false

  /** @param receive - called with each frame; the frame is valid during the call only */
  constructor(attachment: CoreAttachment, receive: (frame: Frame) => void) {
    this.#attachment = attachment
    this.#receive = receive
  }

  /** Takes frames until there are none, or until the event loop should have its turn. */
  readonly drain = (): void => {
    // A receiver may end up here again; the frames it would see are those behind the one that it is handling.
    if (this.#draining) return
    this.#draining = true
    try {
      let taken = 0
      while (taken < TURN_BYTES) {
        const count = this.#attachment.drain(this.#buffer)
        if (count === layout.STATUS_ASLEEP) return
        if (count < 0) this.#grow(-count)
        else this.#read(count)
        taken += Math.max(count, 0)
      }
      this.#drainAgainSoon()
    } finally {
      this.#draining = false
    }
  }

  #read(length: number): void {
    const frame = this.#frame
    for (let start = 0; start < length; start += frame.size) {
      frame.moveTo(start)
      this.#receive(frame)
    }
  }

  #grow(bytes: number): void {
    this.#buffer = new Uint8Array(Math.max(bytes, this.#buffer.length * 2))
    this.#frame = new Frame(this.#buffer)
  }

  #drainAgainSoon(): void {
    if (this.#again) return
    this.#again = true
    setImmediate(() => {
      this.#again = false
      this.drain()
    })
  }
}
