/**
 * The least that gets a payload into another thread: a ring of shared memory, of one writer and one reader, who is woken once
 * for each batch. It knows the payloads of the benchmark by heart, so that nothing has to be said of what they are, or leaves
 * them to a codec, which knows nothing of them beforehand; and has one function that listens. It has no topics but a number, no
 * bounds (what does not fit is an error), no second writer, and no way back: how far the reader is it is asked by a message.
 */
import { once } from 'node:events'
import { endWorkers, type Received, startWorkers, type WorkerEngine } from './engine.js'
import { openPayloadCodec, type PayloadCodecName, payloadCodecVersion } from './payload-codec.js'
import { Ring } from './ring.js'

/** It knows the payloads by heart. */
export const handWritten: WorkerEngine = ringOf('hand-written, ring of shared memory', undefined)

/** The codec of the bus, and nothing else of it. */
export const ringWithOwnCodec: WorkerEngine = ringOf('hand-written, ring and our codec', 'busbar')

/** The fastest codec for streams among packages. */
export const ringWithMsgpackr: WorkerEngine = ringOf(
  'hand-written, ring and msgpackr, sequential',
  'msgpackr',
)

function ringOf(name: string, codecName: PayloadCodecName | undefined): WorkerEngine {
  return {
    name,
    version: codecName === undefined ? '' : payloadCodecVersion(codecName),
    role: 'hand-written',
    open: async (threads) => {
      const workers = await startWorkers('ring', codecName ?? '', threads)
      const opened = workers.map(async (worker) => {
        // A codec for streams writes for one reader.
        const ring = new Ring(codecName && (await openPayloadCodec(codecName)))
        const ready = once(worker, 'message')
        worker.postMessage(ring.memory)
        await ready
        return ring
      })
      const rings = await Promise.all(opened)
      let isScheduled = false
      const flush = (): void => {
        isScheduled = false
        for (const ring of rings) ring.flush()
      }
      return {
        send(payload) {
          for (const ring of rings) ring.write(payload)
          if (isScheduled) return
          isScheduled = true
          queueMicrotask(flush)
        },
        ask: () => Promise.reject(new Error('it has no way back')),
        async received() {
          flush()
          const told = workers.map((worker) => once(worker, 'message'))
          for (const worker of workers) worker.postMessage('received')
          return (await Promise.all(told)).map(([received]) => received as Received)
        },
        close: () => endWorkers(workers),
      }
    },
  }
}
