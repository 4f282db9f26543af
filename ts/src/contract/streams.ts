/** What a request is answered with that asks for a stream. */
import type { Unchecked } from './contract.js'

/**
 * The items of a stream, in order, each once. Nothing is asked before the first item is; from then on the handler may be
 * `prefetch` items ahead. It may be read once, by one reader.
 *
 * Leaving the loop ends the stream, and so does `return()` or the end of an `await using`: the handler's `message.signal`
 * aborts, and its generator returns. What has gone wrong is thrown behind the items that had come by then.
 *
 * @typeParam Item - what it consists of
 * @example
 * const history: Stream<{ total: number }> = bus.stream('cart.1.history', { since: 2020 })
 * for await (const { total } of history) {
 *   if (total > 100) break
 * }
 */
export interface Stream<Item = Unchecked> extends AsyncIterableIterator<Item, undefined>, AsyncDisposable {
  /** Resolves to the next item. */
  next(): Promise<IteratorResult<Item, undefined>>
  /** Leaves the stream: no more items come. What was read and not asked for is dropped. */
  return(): Promise<IteratorResult<Item, undefined>>
  /** As {@link Stream.return}, and rejects with `error`, which the handler's signal has as a cause. */
  throw(error?: unknown): Promise<IteratorResult<Item, undefined>>
  [Symbol.asyncIterator](): this
}
