/**
 * What a message sees of an endpoint that can handle it at once. It is a base class, and not a part, for the sake of the
 * memory: these fields come first in the endpoint, side by side, so that a message that goes to several receivers touches
 * one or two lines of the processor's caches for each, whatever else an endpoint consists of.
 *
 * Whether something is in its way is not looked at for each message. The endpoint is **open** for so many, its credit, and
 * whatever gets into the way of the next one takes the credit away ({@link Front.shut}): something is queued, a slot is
 * taken, it is paused or removed, somebody waits for its end. So two numbers are all that a message reads and writes, and
 * what was counted in the other places is reckoned from the credit that was used. They are in an object apart, which is all
 * that a message looks at that has one receiver: see `direct-way.ts`.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import type { DirectWay } from './direct-way.js'
import type { Slots } from './mailbox/slots.js'

/** A handler that sees nothing but the payload. */
export type BlindHandler = (payload: unknown) => unknown

/** The front; see the head of this file. */
export abstract class Front implements Slots {
  // First what each message asks for.
  /** Where its credit is; made when there is some, or somebody keeps it. */
  #way: DirectWay | undefined
  /** The handler, where a message needs nothing but it and a slot, and it cannot see the message, which need not be made then. */
  readonly blind: BlindHandler | undefined
  /** The handler, where a message needs nothing but it and a slot. */
  readonly simple: HandlerFunction | undefined
  running = 0
  limit = 0
  length = 0
  /** What the credit was when it was opened. */
  #opened = 0
  /** How many messages were accepted that way. */
  protected accepted = 0
  /** How many of them have been processed when their handler returned, or may yet be. */
  protected processed = 0
  /** How many are to come until one is timed, that one included: it is not for the front. True while it is shut. */
  protected countdown = 1
  /** Whether somebody is to be told when it is idle. */
  isAwaited = false

  /** @param simple - the handler without anything around it, unless a message needs more than it and a slot */
  constructor(simple: HandlerFunction | undefined) {
    this.blind = simple !== undefined && takesPayloadOnly(simple) ? (simple as BlindHandler) : undefined
    this.simple = simple
  }

  /** The way to its handler. */
  get way(): DirectWay {
    this.#way ??= this.makeWay()
    return this.#way
  }

  /** How many direct calls, which take no slot, are under way: one or none. */
  get calls(): number {
    return this.#way === undefined ? 0 : this.#way.calls
  }

  /** Whether an event that is simple may go to the handler now. */
  get isFree(): boolean {
    return this.#credit > 0 || this.open()
  }

  /** Looks whether something is in the way of the next message; where nothing is, there is credit now. */
  open(): boolean {
    this.shut()
    const isClear = this.length === 0 && this.running < this.limit && !this.isAwaited
    if (!isClear || (this.countdown <= 1 && !this.passesOver())) return false
    this.#opened = this.countdown - 1
    this.way.credit = this.#opened
    return true
  }

  /** The next message has to look at everything. */
  shut(): void {
    this.reckon()
    if (this.#way !== undefined) this.#way.credit = 0
    this.#opened = 0
  }

  /** Has {@link accepted}, {@link processed} and {@link countdown} say how much of the credit was used. */
  protected reckon(): void {
    const credit = this.#credit
    const used = this.#opened - credit
    this.accepted += used
    this.processed += used
    this.countdown -= used
    this.#opened = credit
  }

  /** A message is given to the handler. */
  begin(): void {
    const { way } = this
    way.credit--
    way.calls = 1
  }

  /** The handler has returned, and has nothing else to do. */
  end(): void {
    const { way } = this
    way.calls = 0
    // While it ran, it may have been paused and resumed, or somebody has begun to wait for its end.
    if (way.credit === 0 && (this.length !== 0 || this.isAwaited)) this.goOn()
  }

  /** The handler has returned or thrown, and that is not the end of it: until then it has a slot as others have. */
  goesOn(): void {
    this.shut()
    this.way.calls = 0
    this.processed--
    this.running++
  }

  get #credit(): number {
    return this.#way === undefined ? 0 : this.#way.credit
  }

  /** As {@link way}, the first time. */
  protected abstract makeWay(): DirectWay

  /** Whether the next one, which is to be timed, is not after all. */
  protected abstract passesOver(): boolean

  /** Something has ended: what waits may start. */
  abstract goOn(): void
}

/**
 * An arrow function whose parameters are one plain name, or none. It has no `arguments` of its own, so there is no way in
 * which it could see a second one. What cannot be read as such (a comment between the parameters, a bound function) is
 * taken for one that can.
 */
const ONE_NAME =
  /^(?:async\s*)?(?:[\p{ID_Start}$_][\p{ID_Continue}$]*|\(\s*(?:[\p{ID_Start}$_][\p{ID_Continue}$]*\s*)?\))\s*=>/u

const textOf = Function.prototype.toString

/** Whether a function cannot see what it is given besides its first argument: then that need not be made. */
export function takesPayloadOnly(handler: (...args: never) => unknown): boolean {
  // The text of a long function is not copied, and the expression looks at its beginning only.
  return ONE_NAME.test(textOf.call(handler))
}
