/** What becomes of an async iterable that a handler has returned. */
import type { Message } from '../contract/messages.js'
import { replyIsStream } from '../errors.js'
import { Flow, type FlowListener } from './flow.js'
import { ReceivedMessage } from './message.js'
import { StreamEnd } from './outlet.js'

/** Whether it is an async iterable, so that {@link flow} is to take it. Throws what a getter of it throws. */
export function isFlowing(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function'
  )
}

/**
 * Sends its items to whoever has asked for a stream. Who has asked for one reply is told that it is none. Of other messages
 * nobody wants items: a generator is run to its end, because it has not done anything yet, and the rest is left alone.
 */
export function flow(iterable: AsyncIterable<unknown>, message: Message, listener: FlowListener): void {
  // Not that of a batch, which is an array.
  const own = message instanceof ReceivedMessage ? message : undefined
  const outlet = own === undefined ? undefined : ReceivedMessage.originOf(own).outlet
  if (own !== undefined && outlet !== undefined) {
    let iterator: AsyncIterator<unknown>
    try {
      iterator = iterable[Symbol.asyncIterator]()
    } catch (error) {
      listener.failed(error)
      return
    }
    new Flow(own, outlet, iterator, listener).begin()
  } else if (own?.kind === 'request') {
    discard(iterable)
    listener.ended(new StreamEnd(replyIsStream(own.topic)))
  } else if (isGenerator(iterable)) {
    drain(iterable).then(
      () => listener.ended(new StreamEnd()),
      (error: unknown) => listener.failed(error),
    )
  } else {
    listener.ended(new StreamEnd())
  }
}

/** Lets go of what nobody will read; a generator that has not begun ends without running. */
function discard(iterable: AsyncIterable<unknown>): void {
  const release = async (): Promise<unknown> => iterable[Symbol.asyncIterator]().return?.()
  // Nobody waits for it.
  release().catch(() => {})
}

async function drain(iterable: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of iterable) {
    // Its items are for nobody.
  }
}

function isGenerator(iterable: AsyncIterable<unknown>): boolean {
  return Object.prototype.toString.call(iterable) === '[object AsyncGenerator]'
}
