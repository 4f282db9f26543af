/** Heeds the signals of its messages, and tells about them. */
import { threadId } from 'node:worker_threads'
import type { BusError, Message } from 'busbar'
import { never } from '../never.js'
import { bus, ready } from './station.js'

/** Published as `heed.aborted`, or `heed.started` without a reason. */
export interface Heeded {
  readonly thread: number
  readonly payload: unknown
  readonly code?: string
  readonly cause?: unknown
  readonly isBusError?: boolean
}

function heed(payload: unknown, message: Message): void {
  const { signal } = message
  bus.publish('heed.started', { thread: threadId, payload } satisfies Heeded)
  signal.addEventListener('abort', () => {
    const { code, cause, name } = signal.reason as BusError
    const heeded: Heeded = {
      thread: threadId,
      payload,
      code,
      cause: cause instanceof Error ? `${cause.name}: ${cause.message}` : cause,
      isBusError: name === 'BusError',
    }
    bus.publish('heed.aborted', heeded)
  })
}

bus.handle('heed', (payload: unknown, message: Message) => {
  heed(payload, message)
  return never()
})
bus.handle(
  'heed.one',
  async (payload: unknown, message: Message) => {
    heed(payload, message)
    await new Promise((resolve) => message.signal.addEventListener('abort', resolve))
  },
  { concurrency: 1 },
)
bus.handle('heed.late', async (payload: unknown, message: Message) => {
  heed(payload, message)
  await new Promise((resolve) => message.signal.addEventListener('abort', resolve))
  return 'an answer that nobody waits for'
})
bus.handle('heed.answer', (payload: unknown, message: Message) => {
  heed(payload, message)
  return 'answer'
})
bus.handle('heed.nothing', never)
bus.handle('heed.echo', (payload: unknown) => payload)
ready()
