/** Asks the next thread inside the handler of a request, as the request says, and tells what it sees meanwhile. */
import { threadId } from 'node:worker_threads'
import type { BusError, Message, RequestOptions } from 'busbar'
import { never } from '../never.js'
import { bus, ready } from './station.js'

/** What to do: ask the first of `path` to go on with the rest. */
export interface Errand {
  readonly path: readonly string[]
  /** Whether the next thread is asked before anything was waited for, or later. */
  readonly when: 'at once' | 'after an await' | 'in an event' | 'in a notification'
  readonly options?: RequestOptions
  /** Whether to look at the signal. */
  readonly looks?: boolean
  /** What the last one does. */
  readonly end?: 'never' | 'answer' | 'wait for the signal'
}

/** What a handler saw; published as `nesting.seen`. */
export interface Seen {
  readonly thread: number
  readonly deadline: number | undefined
}

/** That a handler's signal aborted, or what its request ended with; published as `nesting.ended`. */
export interface Ended {
  readonly thread: number
  readonly what: 'signal' | 'request'
  readonly code: string
  readonly cause: string
}

let startLate: (() => void) | undefined
bus.subscribe(`nesting.event.${threadId}`, () => startLate?.())
bus.handle(`nesting.notification.${threadId}`, () => startLate?.())

function tell(what: Ended['what'], { code, cause }: BusError): void {
  const text = cause instanceof Error ? cause.message : String(cause)
  bus.publish('nesting.ended', { thread: threadId, what, code, cause: text } satisfies Ended)
}

bus.handle(`nesting.${threadId}`, async (errand: Errand, message: Message): Promise<unknown> => {
  bus.publish('nesting.seen', { thread: threadId, deadline: message.deadline } satisfies Seen)
  if (errand.looks === true) {
    message.signal.addEventListener('abort', () => tell('signal', message.signal.reason))
  }
  const [next, ...path] = errand.path
  if (next === undefined) {
    if (errand.end === 'answer') return message.deadline
    if (errand.end !== 'wait for the signal') return never()
    return new Promise((_, reject) =>
      message.signal.addEventListener('abort', () => reject(message.signal.reason)),
    )
  }
  const ask = (): Promise<unknown> => bus.request(next, { ...errand, path }, errand.options)
  const asked = await started(errand.when, ask)
  return asked.pending.catch((error: BusError) => {
    tell('request', error)
    throw error
  })
})

/** Calls `ask` when it is to be called; the promise in an object, so that it is not waited for. */
async function started(
  when: Errand['when'],
  ask: () => Promise<unknown>,
): Promise<{ pending: Promise<unknown> }> {
  if (when === 'at once') return { pending: ask() }
  await new Promise(setImmediate)
  if (when === 'after an await') return { pending: ask() }
  return new Promise((resolve) => {
    startLate = () => resolve({ pending: ask() })
    if (when === 'in an event') bus.publish(`nesting.event.${threadId}`, 0)
    else void bus.send(`nesting.notification.${threadId}`, 0)
  })
}

ready()
