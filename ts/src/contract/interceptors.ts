/** What may be put around every message of a thread. */
import type { Headers, Message } from './messages.js'
import type { Priority } from './policies.js'

/** A message as its sender gave it, before anything has become of it. */
export interface Outgoing {
  /** The topic it is sent to; for an address the topic that the address stands for, which begins with `$`. */
  readonly topic: string
  /** What is sent. */
  readonly payload: unknown
  /** How it is sent. */
  readonly kind: Message['kind']
  /** The `id` that its sender gave; absent where it gave none. */
  readonly id?: string
  /** The `key` that its sender gave; absent where it gave none. */
  readonly key?: string
  /** What its sender says besides; empty when it says nothing. */
  readonly headers: Headers
  /** How urgent it is. */
  readonly priority: Priority
}

/** What an interceptor puts in the place of what the sender gave; what it does not name stays as it is. */
export interface Replacement {
  /** What is sent instead. */
  readonly payload?: unknown
  /** What is said besides, instead of all that the sender said. */
  readonly headers?: Headers
}

/**
 * Sees every message that this thread sends, or receives, or both. Of several, the one that was put in place first is
 * the outermost: it sees what is sent before the others do, and calls them for what is received.
 *
 * @example
 * const tracing: Interceptor = {
 *   send: ({ headers }) => ({ headers: { ...headers, sentBy: 'checkout' } }),
 *   async receive({ topic }, next) {
 *     const startMs = performance.now()
 *     try {
 *       return await next()
 *     } finally {
 *       console.log(topic, performance.now() - startMs)
 *     }
 *   },
 * }
 * using _ = bus.use(tracing)
 */
export interface Interceptor {
  /**
   * Called with each message before it is sent; once for a message, however many receive it. What it returns takes the
   * place of what was given; what it throws, the verb throws or rejects with, and nothing is sent.
   *
   * It is called while the sender waits, so it cannot be asynchronous.
   */
  send?(message: Outgoing): Replacement | undefined

  /**
   * Called instead of a handler, for each message and each attempt: `next()` calls the handler, or the next interceptor,
   * and returns what that returns, which may be a promise. What this returns, or its promise fulfils with, is the reply;
   * what it throws is the failure. Without a call of `next()` the handler does not see the message. Of a stream that is the
   * async iterable, before any of it was read.
   */
  receive?(message: Message, next: () => unknown): unknown
}
