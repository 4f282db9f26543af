/** Registers, asks and looks around as it is told to, under a topic of its own; each receiver answers with its label. */
import { inspect } from 'node:util'
import { threadId } from 'node:worker_threads'
import type { Address, ReceiveOptions, Registration, RequestOptions, Subscription } from 'busbar'
import { deferred } from '../deferred.js'
import { never } from '../never.js'
import { bus, ready } from './station.js'

/** What it can be told, by the name of the act. */
export interface Acts {
  handle: { pattern: string; label: string; options?: ReceiveOptions; how?: 'stuck' | 'gated' }
  subscribe: { pattern: string; label: string; options?: ReceiveOptions }
  end: string
  openGate: null
  ask: { target: string | Address; times?: number; options?: RequestOptions; keys?: readonly string[] }
  explain: { target: string | Address }
  directory: null
  close: null
  exit: number
}

type Done<Act extends keyof Acts> = (order: Acts[Act]) => unknown

const receivers = new Map<string, Registration | Subscription>()
const gate = deferred()

const acts: { readonly [Act in keyof Acts]: Done<Act> } = {
  handle: ({ pattern, label, options, how }) => {
    const answer = async (): Promise<string> => {
      await gate.promise
      return label
    }
    const handlers = { stuck: never, gated: answer, prompt: () => label }
    const registration = bus.handle(pattern, handlers[how ?? 'prompt'], options)
    receivers.set(label, registration)
    return registration.id
  },
  subscribe: ({ pattern, label, options }) => {
    const subscription = bus.subscribe(pattern, () => {}, options)
    receivers.set(label, subscription)
    return subscription.id
  },
  end: (label) => receivers.get(label)?.[Symbol.asyncDispose](),
  openGate: () => gate.resolve(),
  ask: ({ target, times = 1, options, keys }) => {
    const each = keys?.map((key) => ({ ...options, key })) ?? Array.from({ length: times }, () => options)
    return Promise.all(each.map((one) => bus.request(target as Address, 0, one).catch(({ code }) => code)))
  },
  explain: ({ target }) => inspect(bus.explain(target)),
  directory: () => bus.directory().endpoints,
  // Once the answer has left.
  close: () => void setImmediate(() => void bus.close()),
  exit: (code) => void setImmediate(() => process.exit(code)),
}

/** What an order becomes: what the act returned, or the error that it threw. */
export type Outcome = { readonly value: unknown } | { readonly code: string; readonly message: string }

bus.handle(`act.${threadId}`, async ([act, order]: [keyof Acts, never]): Promise<Outcome> => {
  try {
    return { value: await acts[act](order) }
  } catch (error) {
    const { code, message } = error as Error & { code: string }
    return { code, message }
  }
})
ready()
