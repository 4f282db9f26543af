/** Asks those who die, all the while, and counts how its requests end. Whatever happens to the others, it stays. */
import { entrust, receiveEntrusted } from '../entrusted.js'
import { bus, ready } from './station.js'

/** What is sent in one turn of the event loop, and how much may be under way. */
const BURST = 10
const UNDER_WAY = 300
const STUCK = 500
const ENTRUSTED = 10

/** How its requests have ended. */
export interface Endured {
  readonly asked: number
  readonly ended: number
  readonly outcomes: Readonly<Record<string, number>>
}

let asked = 0
let ended = 0
let isOver = false
/** Those that only a death ends. */
let stuck = 0
const outcomes: Record<string, number> = {}
const pending = new Set<Promise<void>>()
const entrusting = new Set<Promise<void>>()

function count(outcome: string): void {
  ended++
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
}

function ask(topic: string): Promise<void> {
  asked++
  const request = bus
    .request(topic, asked, { timeout: 60_000 })
    .then(
      () => count('answered'),
      ({ code }) => count(code),
    )
    .finally(() => pending.delete(request))
  pending.add(request)
  return request
}

async function endure(): Promise<void> {
  while (!isOver) {
    for (let index = 0; index < BURST && pending.size - stuck < UNDER_WAY; index++) {
      for (const topic of ['storm.echo', 'storm.later', 'storm.full']) void ask(topic)
      bus.publish('storm.event', index)
    }
    while (entrusting.size < ENTRUSTED) {
      const sent = entrust(bus).finally(() => entrusting.delete(sent))
      entrusting.add(sent)
    }
    if (stuck < STUCK) {
      stuck++
      void ask('storm.never').then(() => stuck--)
    }
    await new Promise(setImmediate)
  }
}

bus.subscribe('storm.seen', () => {})
// It gets the jobs that the others leave behind.
receiveEntrusted(bus, -1)
bus.handle('endure.over', async (): Promise<Endured> => {
  isOver = true
  await Promise.all([...pending, ...entrusting])
  return { asked, ended, outcomes }
})
void endure()
ready()
