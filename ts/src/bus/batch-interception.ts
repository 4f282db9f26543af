/** Interceptors around a handler of batches: each message goes through them by itself, and the handler gets those together. */
import type { HandlerFunction } from '../contract/handlers.js'
import type { Message } from '../contract/messages.js'

/** Takes a message through the interceptors; the innermost of them calls `next`. */
export type Through = (message: Message, next: () => unknown) => unknown

/**
 * Calls `handler` with the messages whose interceptors have called it, once each has done so or decided otherwise. It fails
 * when the handler does, or any interceptor: then the batch has failed.
 */
export async function interceptBatch(
  handler: HandlerFunction,
  messages: readonly Message[],
  through: Through,
): Promise<void> {
  const batch = withResolvers<unknown>()
  const taken = new Set<Message>()
  const outcomes: unknown[] = []
  let isClosed = false
  const decisions = messages.map((message) => {
    const called = withResolvers<void>()
    // A synchronous throw is an outcome as any other.
    const outcome = new Promise((resolve) => {
      resolve(
        through(message, () => {
          // Once, however often it is called; and not when the others are gone.
          if (!isClosed) taken.add(message)
          called.resolve()
          return batch.promise
        }),
      )
    })
    outcomes.push(outcome)
    return Promise.race([called.promise, outcome])
  })
  const failed = Promise.all(outcomes)
  // Whatever fails first is thrown at the end; until then nobody may call it unhandled.
  failed.catch(() => {})
  batch.promise.catch(() => {})
  await Promise.allSettled(decisions)
  isClosed = true
  try {
    const handed = messages.filter((message) => taken.has(message))
    const payloads = handed.map(({ payload }) => payload)
    batch.resolve(handed.length === 0 ? undefined : await handler(payloads, handed as unknown as Message))
  } catch (error) {
    batch.reject(error)
  }
  await failed
}

interface Resolvers<Value> {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
  readonly reject: (error: unknown) => void
}

function withResolvers<Value>(): Resolvers<Value> {
  let settle: Pick<Resolvers<Value>, 'resolve' | 'reject'> | undefined
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, ...(settle as unknown as Pick<Resolvers<Value>, 'resolve' | 'reject'>) }
}
