/** Contenders that send to other threads, or ask them. */
import type { Way, WorkerEngine } from '../engines/workers/engine.js'
import type { Contender } from '../harness/case.js'
import { timed } from '../harness/timed.js'
import { type ParcelKind, sumOf } from './parcels.js'
import { asked } from './requesting.js'

/** Sends payloads one way; what is timed is until the last of the threads has the last of them. */
export function sending(engine: WorkerEngine, parcel: ParcelKind, threads: number): Contender {
  return {
    ...rowOf(engine),
    async prepare(roundMs) {
      const way = await engine.open(threads)
      let totals: { count: number; sum: number }[] = []
      const run = async (count: number): Promise<void> => {
        totals = Array.from({ length: threads }, () => ({ count: 0, sum: 0 }))
        for (let from = 0; from < count; from += parcel.chunk) {
          const end = Math.min(count, from + parcel.chunk)
          for (let index = from; index < end; index++) way.send(parcel.make(index))
          for (const [thread, received] of (await way.received()).entries()) {
            const total = totals[thread]
            if (total === undefined) throw new Error('a thread too many')
            total.count += received.count
            total.sum += received.sum
          }
        }
      }
      const verify = (count: number): void => {
        for (const total of totals) {
          if (total.count !== count) throw new Error(`${count} were sent, and ${total.count} were received`)
          if (total.sum !== sumOf(count))
            throw new Error(`they add up to ${total.sum}, not to ${sumOf(count)}`)
        }
      }
      return closing(way, () => timed({ run, verify, close: () => way.close() }, roundMs, parcel.chunk))
    },
  }
}

/**
 * Asks one thread, with so many questions in flight.
 *
 * @param leastRounds - how often all in flight are asked in a round, at least
 */
export function asking(engine: WorkerEngine, inFlight: number, leastRounds = 16): Contender {
  return {
    ...rowOf(engine),
    async prepare(roundMs) {
      const way = await engine.open(1)
      return closing(way, () => timed(asked(way, inFlight), roundMs, leastRounds * inFlight))
    },
  }
}

function rowOf({ name, version, role }: WorkerEngine): Pick<Contender, 'engine' | 'version' | 'role'> {
  return { engine: name, version, role }
}

/** What could not be prepared is closed: its threads would keep the process alive. */
async function closing<Result>(way: Way, make: () => Promise<Result>): Promise<Result> {
  try {
    return await make()
  } catch (error) {
    await way.close()
    throw error
  }
}
