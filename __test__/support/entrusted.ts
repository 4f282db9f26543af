/**
 * Messages that none may lose, whoever dies: how often each was accepted and processed, in memory that all threads of a
 * program share and none takes along.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import type { Bus, Message } from 'busbar'

/** So many messages have room; there is a byte for each count. */
const MOST = 2 ** 23
const KEY = 'entrusted'
const HELD = { guarantee: 'at-least-once', timeout: 120_000 } as const
/** However often their thread dies, they are not to be given up. */
const PATIENT = { retry: { attempts: 100_000, initial: 1, max: 20 } } as const

const numbers = new Int32Array(shared('numbers', 4))
const accepted = new Uint8Array(shared('accepted', MOST))
const processed = new Uint8Array(shared('processed', MOST))

function shared(name: string, bytes: number): SharedArrayBuffer {
  const key = `${KEY} ${name}`
  const inherited = getEnvironmentData(key)
  if (inherited instanceof SharedArrayBuffer) return inherited
  const memory = new SharedArrayBuffer(bytes)
  setEnvironmentData(key, memory)
  return memory
}

/** Sends one, as a notification or as an event; resolves when the bus has accepted it. */
export async function entrust(bus: Bus): Promise<void> {
  const number = Atomics.add(numbers, 0, 1)
  if (number >= MOST) throw new Error('there are more messages than there is room for')
  const receipt =
    number % 2 === 0
      ? await bus.send('storm.job', number, HELD)
      : await bus.deliver('storm.kept.all', number, { ...HELD, wait: 'accepted' })
  Atomics.add(accepted, number, receipt.accepted)
}

/** Receives such messages; those of the greatest `priority` get all jobs while they are there. */
export function receiveEntrusted(bus: Bus, priority: number, live: () => void = () => {}): void {
  const receive = async (number: number, message: Message): Promise<void> => {
    live()
    // Some are not wanted at first, some take a while, some are done at once.
    if (number % 7 === 0 && message.attempt === 1) {
      message.nak({ delay: 1 })
      return
    }
    if (number % 3 === 0) await new Promise(setImmediate)
    live()
    Atomics.add(processed, number, 1)
  }
  // What is given back counts as a failure, which would be a warning.
  bus.events.on('failure', () => {})
  bus.handle('storm.job', receive, { priority, ...PATIENT })
  bus.subscribe('storm.kept.all', receive, PATIENT)
}

/** What became of all of them. */
export interface Entrusted {
  readonly accepted: number
  readonly processed: number
  /** Those that were processed less often than they were accepted. */
  readonly lost: readonly number[]
  /** What the bus still holds, how much of that waits for an endpoint, and what it has given up. */
  readonly held: number
  readonly parked: number
  readonly deadLetters: number
  /** What this thread has of them: if less than the bus holds, the others are in the hands of nobody who is there. */
  readonly running: number
  readonly queued: number
  readonly postponed: number
}

const LOOK_MS = 10

/** Waits until the bus holds nothing any more, for so many milliseconds at most, and looks. */
export async function entrusted(bus: Bus, mostMs: number): Promise<Entrusted> {
  // Counted in turns of the event loop, not by the clock: while the process is stopped, nothing can be processed.
  for (let looks = mostMs / LOOK_MS; looks > 0 && bus.stats().holdings.held > 0; looks--)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  const { holdings, running, queued, postponed } = bus.stats()
  const { held, parked, deadLetters } = holdings
  const counts = { accepted: 0, processed: 0 }
  const lost: number[] = []
  for (let number = 0; number < Atomics.load(numbers, 0); number++) {
    const [wanted, done] = [Atomics.load(accepted, number), Atomics.load(processed, number)]
    counts.accepted += wanted
    counts.processed += done
    if (done < wanted) lost.push(number)
  }
  return { ...counts, lost, held, parked, deadLetters, running, queued, postponed }
}
