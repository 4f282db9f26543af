/**
 * What comes to this thread: the inbox is drained in batches when the core wakes us, for a bounded time and a bounded number
 * of bytes per turn of the event loop, so that I/O is never starved.
 */
import { availableParallelism } from 'node:os'
import type { CoreAttachment } from '../core/core.js'
import * as layout from '../core/native/layout.js'
import { padded } from './alignment.js'
import { monotonicMs } from './clock.js'
import { Frame } from './frame.js'
import { Polling } from './polling.js'
import { soon } from './soon.js'
import type { Submission } from './submission.js'
import { TopicReader } from './topics.js'

const INITIAL_BYTES = 1 << 16
/** Roughly how much is taken out of the inbox before the event loop has its turn. */
const TURN_BYTES = 1 << 18
/** How long that may take: what a request of a server in this thread may have to wait for. */
const TURN_MS = 0.25
/** How many messages are handled before the clock is looked at: that costs as much as the cheapest of handlers. */
const MESSAGES_PER_LOOK = 32

/** A thread that is woken for so little looks for more, and falls asleep, behind those who have waited for it. */
const FEW_BYTES = 512

/** With one processor, whoever looks for more keeps those from running who would send it. */
const CAN_OTHERS_RUN = availableParallelism() > 1

/** The incoming side of an attachment. */
export class Completion {
  readonly #attachment: CoreAttachment
  readonly #receive: (frame: Frame) => void
  readonly #submission: Submission
  readonly #turnMs: number
  readonly #topics = new TopicReader()
  #buffer = new Uint8Array(INITIAL_BYTES)
  #frame = new Frame(this.#buffer, this.#topics)
  /** What is in the buffer and has not been read. */
  #start = 0
  #end = 0
  #received = 0
  #wakeUps = 0
  readonly #polling: Polling | undefined
  #draining = false
  /** When the clock was looked at last. */
  #nowMs = 0
  #again = false

  /**
   * @param receive - called with each frame; the frame is valid during the call only
   * @param submission - where the answers to them are; they leave before this looks for more
   * @param isTimed - whether a turn ends after some time: not where time stands still
   */
  constructor(
    attachment: CoreAttachment,
    receive: (frame: Frame) => void,
    submission: Submission,
    isTimed: boolean,
  ) {
    this.#attachment = attachment
    this.#receive = receive
    this.#submission = submission
    this.#turnMs = isTimed ? TURN_MS : Number.POSITIVE_INFINITY
    if (CAN_OTHERS_RUN) this.#polling = new Polling(() => attachment.hasFrames(), this.drain)
  }

  /** How many frames have come; one of several events counts as so many. */
  get received(): number {
    return this.#received
  }

  /** How often the core has woken this thread. */
  get wakeUps(): number {
    return this.#wakeUps
  }

  /** The core says that there is something. */
  readonly wake = (): void => {
    this.#wakeUps++
    const nowMs = monotonicMs()
    this.#polling?.woken(nowMs)
    this.#turn(nowMs, FEW_BYTES)
  }

  /** Takes frames until there are none, or until the event loop should have its turn. */
  readonly drain = (): void => {
    this.#turn(monotonicMs(), 0)
  }

  /** @param fewBytes - where it takes no more than so many bytes, it looks for more only when what they led to is done */
  #turn(startMs: number, fewBytes: number): void {
    // A receiver may end up here again; the frames it would see are those behind the one that it is handling.
    if (this.#draining) return
    this.#draining = true
    this.#nowMs = startMs
    this.#submission.startTurn()
    try {
      const endMs = startMs + this.#turnMs
      let taken = 0
      while (this.#read(endMs) && taken < TURN_BYTES) {
        this.#submission.flush()
        if (this.#polling?.goesOn() === true) return
        if (taken > 0 && taken <= fewBytes) {
          soon(this.drain)
          return
        }
        const count = this.#fill()
        if (count === layout.STATUS_ASLEEP) {
          this.#polling?.asleep(this.#nowMs)
          return
        }
        taken += count
      }
      this.#drainAgainSoon()
    } finally {
      this.#polling?.worked(this.#nowMs - startMs)
      this.#draining = false
      this.#submission.endTurn()
    }
  }

  /** Reads what is in the buffer; false when the time is over before its end. */
  #read(endMs: number): boolean {
    // Nothing has been handled since the clock was looked at.
    if (this.#start === this.#end) return this.#nowMs < endMs
    const frame = this.#frame
    let left = MESSAGES_PER_LOOK
    while (this.#start < this.#end) {
      frame.moveTo(this.#start)
      // Before it is handled: one that throws is not to be handled again.
      this.#start += frame.size
      const { messages } = frame
      this.#received += messages
      this.#receive(frame)
      left -= messages
      if (left > 0) continue
      if (!this.#hasTime(endMs)) return false
      left = MESSAGES_PER_LOOK
    }
    return this.#hasTime(endMs)
  }

  #hasTime(endMs: number): boolean {
    this.#nowMs = monotonicMs()
    return this.#nowMs < endMs
  }

  /** Takes frames out of the inbox, and handles one that is too large for the buffer; returns how many bytes it took. */
  #fill(): number {
    const count = this.#attachment.drain(this.#buffer)
    if (count >= 0) {
      this.#start = 0
      this.#end = count
      return count
    }
    const size = -count
    const payloadBytes = this.#buffer.length < layout.HEADER_BYTES ? 0 : this.#frame.moveTo(0).payloadBytes
    if (size - padded(payloadBytes) > this.#buffer.length) {
      this.#grow(size)
      return 0
    }
    // Into memory of its own, which whoever gets the payload may keep.
    const payload = new Uint8Array(payloadBytes)
    this.#attachment.drainApart(this.#buffer, payload)
    this.#receive(this.#frame.moveTo(0, payload))
    this.#nowMs = monotonicMs()
    return size
  }

  #grow(bytes: number): void {
    this.#buffer = new Uint8Array(Math.max(bytes, this.#buffer.length * 2))
    this.#frame = new Frame(this.#buffer, this.#topics)
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
