/** Libraries that ask, or that one asks with. */
import { type Context, ServiceBroker } from 'moleculer'
import mqemitter from 'mqemitter'
import pTimeout from 'p-timeout'
import { versionOf } from '../version.js'
import { type RequestEngine, TIMEOUT_MS } from './engine.js'

/** moleculer: an action that is called. */
export const moleculerCall: RequestEngine = {
  name: 'moleculer',
  version: versionOf('moleculer'),
  role: 'peer',
  async open(answer) {
    const broker = new ServiceBroker({ logger: false, requestTimeout: TIMEOUT_MS })
    const ask = (context: Context<{ value: number }>): Promise<number> => answer(context.params.value)
    broker.createService({ name: 'answering', actions: { ask } })
    await broker.start()
    return {
      ask: (value) => broker.call('answering.ask', { value }),
      close: () => broker.stop(),
    }
  },
}

/** p-timeout around the handler: it knows no topics. */
export const pTimeoutCall: RequestEngine = {
  name: 'p-timeout',
  version: versionOf('p-timeout'),
  role: 'peer',
  open: (answer) => ({
    ask: (value) => pTimeout(answer(value), { milliseconds: TIMEOUT_MS }),
    close: () => {},
  }),
}

interface Question {
  readonly topic: string
  readonly id: number
  readonly value: number
}

/** mqemitter: a topic for questions and one for answers, a map of who waits, and a timer for each. */
export const mqemitterRequests: RequestEngine = {
  name: 'mqemitter, Map and setTimeout',
  version: versionOf('mqemitter'),
  role: 'peer',
  open(answer) {
    const emitter = mqemitter({ separator: '.', wildcardOne: '*', wildcardSome: '#' })
    const pending = new Map<number, { resolve: (reply: number) => void; timer: NodeJS.Timeout }>()
    let lastId = 0
    emitter.on('ask', (message, done) => {
      const { id, value } = message as unknown as Question
      void answer(value).then((reply) => emitter.emit({ topic: 'answers', id, value: reply }))
      done()
    })
    emitter.on('answers', (message, done) => {
      const { id, value } = message as unknown as Question
      const one = pending.get(id)
      pending.delete(id)
      clearTimeout(one?.timer)
      one?.resolve(value)
      done()
    })
    return {
      ask: (value) =>
        new Promise((resolve, reject) => {
          const id = ++lastId
          const late = (): void => {
            pending.delete(id)
            reject(new Error('it timed out'))
          }
          pending.set(id, { resolve, timer: setTimeout(late, TIMEOUT_MS) })
          emitter.emit({ topic: 'ask', id, value })
        }),
      close: () => {
        for (const { timer } of pending.values()) clearTimeout(timer)
      },
    }
  },
}
