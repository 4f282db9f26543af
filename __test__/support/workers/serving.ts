/** Serves under `serve.*`, in whichever pool it is; what it is given decides what else it does. */
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { type Bus, open } from 'busbar'
import { never } from '../never.js'

/** What it is given; the name of the bus alone will do. */
export interface Service {
  readonly bus: string
  /** What happens while its module is evaluated. */
  readonly start?: 'throws' | 'exits' | 'late' | 'never' | 'done'
  /** Whether something that is not the bus keeps the thread alive. */
  readonly isHeld?: boolean
  /** Where it counts how often its listener of 'exit' was called, and how often it is blocked. */
  readonly cells?: Int32Array
}

const given = workerData as Service

/** For ever. */
function block(): void {
  if (given.cells !== undefined) Atomics.add(given.cells, 1, 1)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

function serve(bus: Bus): void {
  bus.handle('serve.who', () => threadId)
  bus.handle(`serve.only.${threadId}`, () => threadId)
  bus.handle('serve.given', () => ({
    argv: process.argv.slice(1),
    env: process.env['SERVICE'],
    data: workerData,
    listeners: parentPort?.listenerCount('message'),
  }))
  bus.handle('serve.ask', (topic: string) => bus.request(topic, threadId))
  bus.handle('serve.stuck', never)
  bus.handle('serve.job', async (job: number) => {
    await new Promise(setImmediate)
    bus.publish('serve.done', job)
  })
  bus.handle('serve.block', () => void setImmediate(block))
  bus.handle(`serve.block.${threadId}`, () => void setImmediate(block))
  bus.handle('serve.exit', (code: number) => void setImmediate(() => process.exit(code)))
  bus.handle('serve.throw', (thrown: unknown) => {
    setImmediate(() => {
      throw thrown
    })
  })
  bus.handle('serve.unref', () => void bus.unref())
}

if (given.isHeld) setInterval(() => {}, 1_000)
process.on('exit', () => {
  if (given.cells !== undefined) Atomics.add(given.cells, 0, 1)
})
switch (given.start) {
  case 'throws':
    throw new RangeError('cannot start')
  case 'exits':
    process.exit(9)
    break
  case 'late':
    setTimeout(() => serve(open(given.bus)), 30)
    break
  case 'never':
    await new Promise(() => setInterval(() => {}, 1_000))
    break
  case 'done':
    await open(given.bus).close()
    break
  default:
    serve(open(given.bus))
}
