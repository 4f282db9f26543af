/** The replies of many handlers to one request, as they come. */
import type { Reply } from '../contract/replies.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Recipient } from '../link/plan.js'

/** Asks one handler; `signal` aborts when its reply is not wanted any more. */
export type Ask = (handler: Recipient<Endpoint>, signal: AbortSignal) => Promise<unknown>

/** A handler that is asked, with the name that it was registered with. */
export interface NamedHandler extends Recipient<Endpoint> {
  readonly name: string | undefined
}

type Result = IteratorResult<Reply, undefined>

const END: Result = { done: true, value: undefined }

/** The gathering: it asks all at once, and ends when each has answered, or enough of them have. */
export class Gathering implements AsyncIterableIterator<Reply, undefined> {
  readonly #replies: Reply[] = []
  readonly #readers: { resolve(result: Result): void; reject(error: unknown): void }[] = []
  readonly #unwanted = new AbortController()
  #missing: number
  /** What the next reader is told instead of a reply. */
  #failure: { readonly error: unknown } | undefined

  /**
   * @param most - how many replies are enough
   * @param signal - ends it with what `aborted` makes of its reason
   */
  constructor(
    handlers: readonly NamedHandler[],
    ask: Ask,
    most: number,
    signal: AbortSignal | undefined,
    aborted: (reason: unknown) => unknown,
  ) {
    this.#missing = Math.min(handlers.length, most)
    const onAbort = (): void => this.#fail(aborted(signal?.reason))
    this.#unwanted.signal.addEventListener('abort', () => signal?.removeEventListener('abort', onAbort))
    signal?.addEventListener('abort', onAbort, { once: true })
    for (const handler of handlers) void this.#gather(handler, ask)
  }

  /** One that ends with an error before anybody was asked. */
  static failed(error: unknown): Gathering {
    const gathering = new Gathering(
      [],
      () => Promise.resolve(),
      0,
      undefined,
      () => undefined,
    )
    gathering.#fail(error)
    return gathering
  }

  next(): Promise<Result> {
    const reply = this.#replies.shift()
    if (reply !== undefined) return Promise.resolve({ done: false, value: reply })
    if (this.#failure !== undefined) {
      const { error } = this.#failure
      this.#failure = undefined
      this.#end()
      return Promise.reject(error)
    }
    if (this.#missing === 0) return Promise.resolve(END)
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }))
  }

  /** Those that have not answered are told that nobody waits any more. */
  async return(): Promise<Result> {
    this.#replies.length = 0
    this.#end()
    return END
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  async #gather(handler: NamedHandler, ask: Ask): Promise<void> {
    const { endpoint, name } = handler
    const who = name === undefined ? { endpoint } : { endpoint, name }
    let reply: Reply
    try {
      reply = { ...who, value: await ask(handler, this.#unwanted.signal) }
    } catch (error) {
      reply = { ...who, error: error as Error }
    }
    if (this.#missing === 0) return
    this.#missing--
    const reader = this.#readers.shift()
    if (reader === undefined) this.#replies.push(reply)
    else reader.resolve({ done: false, value: reply })
    if (this.#missing === 0) this.#end()
  }

  #fail(error: unknown): void {
    const reader = this.#readers.shift()
    if (reader === undefined) this.#failure = { error }
    else reader.reject(error)
    this.#end()
  }

  #end(): void {
    this.#missing = 0
    this.#unwanted.abort()
    for (const reader of this.#readers.splice(0)) reader.resolve(END)
  }
}
