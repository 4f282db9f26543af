/** Listeners that throw, beside messages that are held; what the process hears of it is the test. */
import { open } from 'busbar'
import { virtualClock } from 'busbar/testing'

process.on('uncaughtException', (error) => console.log('uncaught:', error.message))

const clock = virtualClock()
const bus = open('faulty-listeners', { clock, core: process.argv[2] === 'native' ? 'native' : 'javascript' })
bus.events.on('failure', () => {
  throw new Error('of failure')
})
let heard = 0
bus.events.on('failure', () => heard++)
bus.events.on('deadLetter', () => {
  throw new Error('of deadLetter')
})
const options = { guarantee: 'at-least-once', retry: { attempts: 2, initial: 10, jitter: 0 } } as const
const failing = bus.subscribe(
  'a',
  () => {
    throw new Error('boom')
  },
  options,
)
const healthy = bus.subscribe('*', () => {}, options)
const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve))

bus.publish('a', 1)
await turn()
clock.advance(10)
await turn()
bus.publish('b', 2)
await turn()
console.log(`another listener heard of ${heard} failures`)
console.log(`healthy ${healthy.stats().processed} processed`)
const { deadLetters, held } = bus.stats().holdings
console.log(`failing ${deadLetters} dead letter, ${held === 0 ? 'nothing' : held} held`)
await failing.unsubscribe()
await bus.close()
console.log('closed')
