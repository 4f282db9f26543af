/** Counts what it receives, and publishes and asks as it is told to; each under the number of its thread. */
import { threadId } from 'node:worker_threads'
import { bus, ready } from './station.js'

interface Order {
  readonly topic: string
  readonly times: number
}

let count = 0

bus.handle('count.subscribe', (pattern: string) => {
  bus.subscribe(pattern, () => void count++)
  return threadId
})
bus.handle(`count.${threadId}`, () => count)
bus.handle(`publish.${threadId}`, ({ topic, times }: Order) => {
  let matched = 0
  for (let index = 0; index < times; index++) matched = bus.publish(topic, index)
  return matched
})
// A request of this thread does not overtake what it has published.
bus.handle(`sync.${threadId}`, (other: number) => bus.request(`count.${other}`, 0))
bus.handle('ask', ({ topic, times }: Order) =>
  Promise.all(Array.from({ length: times }, (_, n) => bus.request(topic, n))),
)
bus.handle('triple', (n: number) => n * 3)
bus.handle('pong', (n: number) => bus.request('ping', n - 1))
ready()
