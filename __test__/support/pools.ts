/** Pools of `support/workers/serving`, and what can be awaited of them. */
import { once } from 'node:events'
import type { Bus, WorkerExit, Workers, WorkersEventMap, WorkersOptions } from 'busbar'
import type { Service } from './workers/serving.js'

/** Where the programs are. */
export function program(name: string): URL {
  return new URL(`./workers/${name}.js`, import.meta.url)
}

/** Starts workers that serve; `service` is what they are given besides the name of the bus. */
export function serving(
  bus: Bus,
  options: Omit<WorkersOptions, 'workerData'> = {},
  service: Omit<Service, 'bus'> = {},
): Workers {
  return bus.workers(program('serving'), { ...options, workerData: { bus: bus.name, ...service } })
}

/** The next event of that name. */
export async function next<Name extends keyof WorkersEventMap>(
  workers: Workers,
  name: Name,
): Promise<WorkersEventMap[Name][0]> {
  const [what] = await once(workers, name)
  return what
}

/** The next so many ends. */
export async function exits(workers: Workers, count: number): Promise<WorkerExit[]> {
  const all: WorkerExit[] = []
  return new Promise((resolve) => {
    const listen = (exit: WorkerExit): void => {
      all.push(exit)
      if (all.length < count) return
      workers.off('exited', listen)
      resolve(all)
    }
    workers.on('exited', listen)
  })
}
