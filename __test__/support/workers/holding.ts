/**
 * Handles and subscribes with at-least-once as its order says, and does with each message what that says in turn: `never`
 * settles, `fail`s, or tells where it was handled and is done.
 */
import { threadId } from 'node:worker_threads'
import type { SubscribeOptions } from 'busbar'
import { never } from '../never.js'
import { bus, ready } from './station.js'

/** What a receiver is to do. */
export interface HoldingOrder {
  readonly role: 'handle' | 'subscribe'
  readonly pattern: string
  readonly how: 'never' | 'fail' | 'tell'
  readonly options?: SubscribeOptions
}

/** What it tells. */
export interface Told {
  readonly thread: number
  readonly topic: string
  readonly payload: unknown
  readonly attempt: number
  readonly id: string
}

bus.handle(`hold.${threadId}`, async ({ role, pattern, how, options }: HoldingOrder) => {
  const receive = (payload: unknown, message: { topic: string; attempt: number; id: string }): unknown => {
    if (how === 'never') return never()
    if (how === 'fail') throw new Error(`thread ${threadId} fails`)
    const { topic, attempt, id } = message
    bus.publish('told', { thread: threadId, topic, payload, attempt, id } satisfies Told)
    return undefined
  }
  bus.events.on('failure', () => {})
  const receiver = bus[role](pattern, receive, { guarantee: 'at-least-once', ...options } as object)
  await receiver.ready
})
/** Sends as it is told to, and says what came of it. */
bus.handle(`send.${threadId}`, async ([topic, payload, id]: [string, unknown, string | undefined]) => {
  const receipt = await bus.send(topic, payload, { guarantee: 'at-least-once', id })
  return receipt.accepted
})
ready()
