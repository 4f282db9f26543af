/** Has workers of its own, as it is told. */
import type { Workers } from 'busbar'
import { serving } from '../pools.js'
import { bus, ready } from './station.js'

let workers: Workers | undefined

bus.handle('nest', async (size: number) => {
  workers = serving(bus, { size })
  await workers.ready
  return workers.size
})
bus.handle('nest.close', async () => void (await workers?.close()))
ready()
