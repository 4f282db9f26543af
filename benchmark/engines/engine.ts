/** What an adapter offers to the cases: the same few verbs over every bus, emitter and matcher. */
import type { Role } from '../harness/case.js'
import type { Bound, Publish } from '../workload/loop.js'
import type { Receiver, Shape } from '../workload/tally.js'

/** A bus, emitter or matcher that can be compared. */
export interface Engine {
  readonly name: string
  readonly version: string
  readonly role: Role
  /** How it calls receivers; `payload` by default. */
  readonly shape?: Shape
  /** A glob, or a topic, in its own notation, if that differs. */
  readonly translate?: (text: string) => string
  open(): Router | Promise<Router>
}

/** An open engine. */
export interface Router {
  /** Returns what {@link Router.remove} needs besides the arguments. */
  add(pattern: string | RegExp, receiver: Receiver): unknown
  /** Takes away what was added; it may put off a part of the work. */
  readonly remove?: (added: unknown, pattern: string, receiver: Receiver) => void
  readonly publish: Publish
  /** Everything was added; called before the first message. */
  readonly ready?: () => Promise<void>
  /** Where messages are not received within the call: resolves when all of them were. */
  readonly delivered?: () => Promise<void>
  /** Binds a topic. */
  readonly bind?: (topic: string) => Bound
  /** Resolves when what it puts off is done. */
  readonly settled?: () => Promise<void>
  close?(): void | Promise<void>
}
