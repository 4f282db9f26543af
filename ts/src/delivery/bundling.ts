/**
 * The short way through a mailbox, for events of which nothing is said and whose receiver asks for nothing that is to be
 * known of each: neither keys nor retries nor a breaker. While they wait they are in a bundle (`mailbox/bundle.ts`), and when
 * one starts its message is made: not before, and for a handler that cannot see it only when there is something to be told.
 */
import { invoke, isObject, returned, settled } from './calls.js'
import type { Endpoint } from './endpoint.js'
import type { EndpointParts } from './endpoint-parts.js'
import type { BlindHandler } from './front.js'
import type { Mailbox } from './mailbox/mailbox.js'
import { eventOf, type Origin, ReceivedMessage } from './message.js'
import { MessageBundle, PLAIN_LANE } from './message-bundle.js'
import type { Queued } from './queued.js'
import { finish, follow, type RunListener } from './runner.js'

const { then } = Promise.prototype

/** An event whose handler cannot see its message: what that is made of. */
class Unseen {
  readonly topic: string
  readonly payload: unknown
  readonly origin: Origin
  readonly sequence: number

  constructor(topic: string, payload: unknown, origin: Origin, sequence: number) {
    this.topic = topic
    this.payload = payload
    this.origin = origin
    this.sequence = sequence
  }

  /** The message, made now. */
  get message(): ReceivedMessage {
    return eventOf(this.topic, this.payload, this.origin, this.sequence)
  }
}

const bundleAfter = (last: MessageBundle | undefined): MessageBundle => new MessageBundle(last)

/** The bundles of one endpoint. */
export class Bundling implements RunListener<Unseen> {
  readonly receiver: Endpoint
  readonly #parts: EndpointParts
  readonly #mailbox: Mailbox<Queued, MessageBundle>
  /** The handler, where it sees nothing but the payload. */
  readonly #blind: BlindHandler | undefined

  /** @param receiver - the endpoint */
  constructor(receiver: Endpoint, parts: EndpointParts, mailbox: Mailbox<Queued, MessageBundle>) {
    this.receiver = receiver
    this.#parts = parts
    this.#mailbox = mailbox
    this.#blind = receiver.blind
  }

  /** Lets an event wait. Returns false where it may start at once, or there is no room for it. */
  queue(
    topic: string,
    payload: unknown,
    origin: Origin,
    sequence: number,
    message: ReceivedMessage | undefined,
  ): boolean {
    const bundle = this.#mailbox.bundle(PLAIN_LANE, bundleAfter)
    if (bundle === undefined) return false
    // Nobody will see it, as far as is known now; and to read the clock costs as much as all of this.
    const timestampMs = this.#isUnseen ? 0 : (message?.timestamp ?? Date.now())
    bundle.push(payload, topic, origin, sequence, timestampMs)
    this.#mailbox.bundled()
    return true
  }

  /** Starts what is next, where that is in a bundle; else returns false. */
  start(): boolean {
    const bundle = this.#mailbox.nextBundle()
    if (bundle === undefined) return false
    const { payload, topic, origin, sequence, timestampMs } = bundle
    bundle.drop()
    this.#mailbox.startedFrom(bundle)
    const blind = this.#blind
    if (blind === undefined || !this.#isUnseen) {
      this.receiver.start(eventOf(topic, payload, origin, sequence, timestampMs))
    } else this.#startUnseen(blind, topic, payload, origin, sequence)
    return true
  }

  #startUnseen(
    handler: BlindHandler,
    topic: string,
    payload: unknown,
    origin: Origin,
    sequence: number,
  ): void {
    const endpoint = this.receiver
    let value: unknown
    try {
      value = invoke(handler, payload, undefined, undefined, endpoint)
    } catch (error) {
      endpoint.failedUnseen(error, eventOf(topic, payload, origin, sequence))
      return
    }
    if (!isObject(value)) {
      if (value !== undefined) settled(undefined, endpoint)
      endpoint.processedUnseen()
    } else if (value instanceof Promise) {
      this.#await(value, new Unseen(topic, payload, origin, sequence))
    } else {
      const message = eventOf(topic, payload, origin, sequence)
      ReceivedMessage.started(message, endpoint)
      follow(value, message, message, endpoint)
    }
  }

  #await(promise: Promise<unknown>, run: Unseen): void {
    returned(run, this.receiver)
    then.call(
      promise,
      (value) => {
        if (value === undefined) {
          settled(run, this.receiver)
          this.receiver.processedUnseen()
        } else finish(value, run.message, run, this)
      },
      (error: unknown) => {
        settled(run, this.receiver)
        this.rejected(run, error)
      },
    )
  }

  fulfilled(_run: Unseen): void {
    this.receiver.processedUnseen()
  }

  rejected(run: Unseen, error: unknown): void {
    this.receiver.failedUnseen(error, run.message)
  }

  /** Whether a message that starts now is seen by nobody. */
  get #isUnseen(): boolean {
    return this.#blind !== undefined && !this.#parts.isWatched()
  }
}
