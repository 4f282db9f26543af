/**
 * Handles and subscribes with at-least-once as its order says, and does with each message what that says in turn: `never`
 * settles, `fail`s, `tell`s where it was handled and is done, or tells it, acknowledges it and does not end (`ack`).
 */
import { threadId } from 'node:worker_threads'
import type { DeliverOptions, Message, SubscribeOptions } from 'busbar'
import { never } from '../never.js'
import { bus, ready } from './station.js'

/** What a receiver is to do. */
export interface HoldingOrder {
  readonly role: 'handle' | 'subscribe'
  readonly pattern: string
  readonly how: 'never' | 'fail' | 'tell' | 'ack'
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
  const receive = (payload: unknown, message: Message): unknown => {
    if (how === 'never') return never()
    if (how === 'fail') throw new Error(`thread ${threadId} fails`)
    const { topic, attempt, id } = message
    if (how === 'ack') message.ack()
    bus.publish('told', { thread: threadId, topic, payload, attempt, id } satisfies Told)
    return how === 'ack' ? never() : undefined
  }
  bus.events.on('failure', () => {})
  const receiver = bus[role](pattern, receive, { guarantee: 'at-least-once', ...options } as object)
  await receiver.ready
})
/** Sends as it is told to, and says what came of it. */
bus.handle(`send.${threadId}`, ([topic, payload, id]: [string, unknown, string | undefined]) =>
  bus.send(topic, payload, { guarantee: 'at-least-once', id }),
)
bus.handle(`deliver.${threadId}`, ([topic, payload, options]: [string, unknown, DeliverOptions]) =>
  bus.deliver(topic, payload, { guarantee: 'at-least-once', ...options }),
)
ready()
