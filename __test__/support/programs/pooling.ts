/** Has workers in the way that its argument says; when and how the process ends is the test. */
import { once } from 'node:events'
import { open, type Workers } from 'busbar'
import { closed, leftOpen } from '../left-open.js'
import { serving } from '../pools.js'

/** What is to end has ended long before that, also on a busy machine, in milliseconds. */
const LONG_MS = 20_000

const bus = open('pooling')

async function started(): Promise<Workers> {
  const workers = serving(bus, { size: 2, restart: { initial: 1 } })
  workers.on('exited', () => {})
  await workers.ready
  return workers
}

const ways: Record<string, () => unknown> = {
  closed: async () => {
    const before = process.getActiveResourcesInfo()
    const workers = await started()
    const ids = workers.threads.map(({ threadId }) => threadId)
    console.log(ids.includes(await bus.request('serve.who', 0)))
    await bus.close()
    await closed(before)
    console.log('left open', leftOpen(before).join())
  },
  held: async () => {
    await started()
    setTimeout(() => {
      console.log('still here')
      void bus.close().then(() => console.log('closed'))
    }, 50).unref()
  },
  unref: async () => {
    const workers = await started()
    workers.unref()
    console.log('let go')
    setTimeout(() => console.log('still here'), LONG_MS).unref()
  },
  'unref of replacements': async () => {
    const workers = await started()
    workers.unref()
    const replaced = once(workers, 'restarted')
    const held = setInterval(() => {}, 1_000)
    void workers.threads[0]?.worker.terminate()
    await replaced
    clearInterval(held)
    console.log('let go')
    setTimeout(() => console.log('still here'), LONG_MS).unref()
  },
  ref: async () => {
    const workers = await started()
    workers.unref().ref()
    setTimeout(() => {
      console.log('still here')
      void workers.close().then(() => console.log('closed'))
    }, 50).unref()
  },
  left: async () => {
    // The bus is left open, and nothing of it holds the process.
    const workers = await started()
    await workers.close()
    console.log('closed')
  },
  listener: async () => {
    const workers = serving(bus, { size: 1, restart: { initial: 1 } })
    const uncaught = once(process, 'uncaughtException')
    workers.once('online', () => {
      throw new Error('of the listener')
    })
    console.log('uncaught:', (await uncaught)[0].message)
    const exited = once(workers, 'exited')
    await bus.send('serve.exit', 1)
    await exited
    await workers.ready
    console.log(workers.threads[0]?.state)
    await bus.close()
  },
  exit: async () => {
    await started()
    const pending = Array.from({ length: 100 }, () => bus.request('serve.who', 0).catch(() => {}))
    await pending[0]
    process.exit(7)
  },
}

await ways[process.argv[2] ?? '']?.()
