/** What a way to other threads is to a benchmark. */
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Role } from '../../harness/case.js'

/** What the threads have received since they were asked last. */
export interface Received {
  readonly count: number
  readonly sum: number
}

/** A way to some threads that is open. */
export interface Way {
  /** Sends a payload to all of them. */
  send(payload: unknown): void
  /** Asks one of them; resolves to the number plus one. */
  ask(value: number): Promise<number>
  /** What each of them has received; resolves when that is all that was sent before. */
  received(): Promise<readonly Received[]>
  close(): Promise<void>
}

/** A contender. */
export interface WorkerEngine {
  readonly name: string
  readonly version: string
  readonly role: Role
  open(threads: number): Promise<Way>
}

/** How a worker receives. */
export type Receiving = 'busbar' | 'postMessage' | 'duties' | 'BroadcastChannel' | 'ring' | 'comlink'

/** What a worker is told. */
export interface WorkerTask {
  readonly receiving: Receiving
  /** The name of the bus, of the channel, or of the codec of the ring, if it has one. */
  readonly name: string
  readonly index: number
}

/** Starts threads that receive in that way. */
export function startWorkers(receiving: Receiving, name: string, threads: number): Promise<Worker[]> {
  const program = join(import.meta.dirname, 'receiving.js')
  const started = Array.from({ length: threads }, async (_, index) => {
    const worker = new Worker(program, { workerData: { receiving, name, index } satisfies WorkerTask })
    await once(worker, 'message')
    return worker
  })
  return Promise.all(started)
}

/** Ends them. */
export async function endWorkers(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.terminate()))
}
