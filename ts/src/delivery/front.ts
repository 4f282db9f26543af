/**
 * What a message sees of an endpoint that can handle it at once. It is a base class, and not a part, for the sake of the
 * memory: these fields come first in the endpoint, side by side, so that a message whose endpoint has nothing in its way
 * touches one or two lines of the processor's caches on its way to the handler, whatever else an endpoint consists of.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import { Slots } from './mailbox/slots.js'

/** A handler that sees nothing but the payload. */
export type BlindHandler = (payload: unknown) => unknown

/** The front; see the head of this file. */
export abstract class Front extends Slots {
  /** How many messages were accepted without an entry and without a look at anything else. */
  protected accepted = 0
  /** How many of them have been processed within the call. */
  protected processed = 0
  /** How many are to come until one is timed, that one included: it is not for the front. */
  protected countdown = 1
  /** Whether somebody is to be told when it is idle. */
  isAwaited = false
  /** The handler, where a message needs nothing but it and a slot. */
  readonly simple: HandlerFunction | undefined
  /** The same, where it cannot see the message, which then need not be made. */
  readonly blind: BlindHandler | undefined

  /** @param simple - the handler without anything around it, unless a message needs more than it and a slot */
  constructor(simple: HandlerFunction | undefined) {
    super()
    this.simple = simple
    this.blind = simple !== undefined && takesPayloadOnly(simple) ? (simple as BlindHandler) : undefined
  }

  /** Whether an event that is simple may go to the handler now. */
  get isFree(): boolean {
    return this.length === 0 && this.running < this.limit && (this.countdown > 1 || this.passesOver())
  }

  /** A message is given to the handler. */
  begin(): void {
    this.running++
    this.accepted++
    this.countdown--
  }

  /** The handler has returned, and has nothing else to do. */
  end(): void {
    this.running--
    this.processed++
    // While it ran, it may have been paused and resumed, or somebody has begun to wait for its end.
    if (this.length !== 0 || this.isAwaited) this.goOn()
  }

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
