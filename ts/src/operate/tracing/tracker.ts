/**
 * Reports the steps of marked messages (`link/mark.ts`) to the thread that wants to know. A thread looks for marks from the
 * first one on that it has seen: before that, a message costs it a comparison.
 */
import { threadId } from 'node:worker_threads'
import { decodeMsgpack, encodeMsgpack } from '../../codec/msgpack.js'
import type { Pattern } from '../../contract/patterns.js'
import type { TraceEvent, TraceStep } from '../../contract/trace.js'
import { ReceivedMessage } from '../../delivery/message.js'
import type { Envelope } from '../../link/envelope.js'
import type { Hop } from '../../link/hop.js'
import { type Mark, markOf } from '../../link/mark.js'

/** Hears the steps of one message; their times are those of {@link nowMs}. */
export type StepListener = (step: TraceStep) => void

/** Whom a step is about. */
export interface Receiver {
  readonly id: number
  readonly pattern: Pattern
  readonly settings: { readonly name?: string | undefined }
}

/** What is known of a step besides when and where it was. */
type Known = Pick<TraceStep, 'endpoint' | 'pattern' | 'name' | 'to' | 'detail'>

/** The tracker of one attachment. */
export class Tracker {
  /** Whether messages may be marked. */
  isOn = false
  readonly #attachment: number
  readonly #hop: () => Hop
  readonly #listeners = new Map<number, StepListener>()
  #last = 0
  #unsent: [mark: Mark, step: TraceStep][] = []

  /** @param hop - the way to other threads, which reports to this in turn */
  constructor(attachment: number, hop: () => Hop) {
    this.#attachment = attachment
    this.#hop = hop
  }

  /** How many traces of this thread wait for their ends. */
  get open(): number {
    return this.#listeners.size
  }

  /** Has the steps of the messages with a new mark told to `listener`, until that mark is let go of. */
  listen(listener: StepListener): Mark {
    this.isOn = true
    this.#last = this.#last === 0xffff_ffff ? 1 : this.#last + 1
    this.#listeners.set(this.#last, listener)
    return { attachment: this.#attachment, trace: this.#last }
  }

  /** Tells nothing more of that mark. */
  letGo({ trace }: Mark): void {
    this.#listeners.delete(trace)
  }

  /** Another thread has told of a step. */
  told(trace: number, bytes: Uint8Array): void {
    this.#listeners.get(trace)?.(decodeMsgpack(bytes) as TraceStep)
  }

  /** A message has come from another thread: from now on this one looks for marks. */
  came(
    envelope: Envelope | undefined,
    event: 'arrived' | 'nobody' | 'moved' | 'expired',
    endpoint: number,
  ): void {
    const mark = markOf(envelope)
    if (mark === undefined) return
    this.isOn = true
    this.step(mark, event, endpoint === 0 ? {} : { endpoint })
  }

  /** Something happened to a message at an endpoint. */
  at(endpoint: Receiver, message: ReceivedMessage, event: TraceEvent, detail?: string): void {
    const mark = markOf(ReceivedMessage.envelopeOf(message))
    if (mark === undefined) return
    const { id, pattern, settings } = endpoint
    this.step(mark, event, {
      endpoint: id,
      pattern: String(pattern),
      ...(settings.name !== undefined && { name: settings.name }),
      ...(detail !== undefined && { detail }),
    })
  }

  /** Something happened to a marked message. */
  step(mark: Mark, event: TraceEvent, known: Known): void {
    const step: TraceStep = { at: nowMs(), event, threadId, attachment: this.#attachment, ...known }
    if (mark.attachment === this.#attachment) {
      this.#listeners.get(mark.trace)?.(step)
      return
    }
    // Not at once: whoever is sending a message has its bytes where these would be written.
    if (this.#unsent.length === 0) queueMicrotask(this.#send)
    this.#unsent.push([mark, step])
  }

  readonly #send = (): void => {
    const unsent = this.#unsent
    this.#unsent = []
    for (const [{ attachment, trace }, step] of unsent)
      this.#hop().step(attachment, trace, encodeMsgpack(step))
  }
}

/** Milliseconds of the system's monotonic clock, which all threads have in common. */
export function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
