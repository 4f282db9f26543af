/** Is told to end, in the way that its argument says; when and how the process ends is the test. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type CloseReport, closeOnSignals, open } from 'busbar'
import { never } from '../never.js'

const bus = open('signalled')
const tell = ({ abandoned, threads }: CloseReport, name: string): void => {
  const left = abandoned.map(({ pattern }) => pattern).join()
  console.log(name, 'closed', threads?.map(({ outcome }) => outcome).join(), left)
}
const send = (signal: NodeJS.Signals): void => void process.kill(process.pid, signal)

const ways: Record<string, () => unknown> = {
  finished: async () => {
    const worker = new Worker(new URL('../workers/lasting.js', import.meta.url), { workerData: 'signalled' })
    await once(worker, 'message')
    worker.on('exit', () => {})
    let goOn = (): void => {}
    bus.handle('here.gate', () => new Promise<void>((resolve) => (goOn = resolve)))
    bus.request('last.ask', 'here.gate').then(() => console.log('answered'), console.log)
    while ((bus.stats().running ?? 0) < 1) await new Promise(setImmediate)
    closeOnSignals({ timeout: 600_000, onClosed: tell })
    send('SIGTERM')
    while (bus.directory({ topic: 'last.ask' }).endpoints.length > 0) await new Promise(setImmediate)
    goOn()
  },
  several: () => {
    open('another').subscribe('a', () => {})
    bus.subscribe('a', () => {})
    bus.events.on('closed', () => open('late').subscribe('a', () => {}))
    closeOnSignals({ onClosed: tell })
    send('SIGINT')
  },
  abandoned: () => {
    bus.subscribe('a', never)
    bus.publish('a', 0)
    closeOnSignals({ timeout: 20, signals: ['SIGHUP'], onClosed: tell })
    send('SIGHUP')
  },
  forced: () => {
    bus.subscribe('a', never)
    bus.publish('a', 0)
    closeOnSignals({ timeout: 600_000, onClosed: tell })
    process.once('SIGTERM', () => send('SIGINT'))
    send('SIGTERM')
  },
  shared: () => {
    bus.subscribe('a', () => {})
    closeOnSignals({ onClosed: tell })
    process.on('SIGTERM', () => {
      console.log('heard')
      process.exitCode = 3
    })
    send('SIGTERM')
  },
  disposed: () => {
    bus.subscribe('a', () => {})
    closeOnSignals({ onClosed: tell })[Symbol.dispose]()
    send('SIGTERM')
  },
  closing: () => {
    closeOnSignals({ timeout: 20, onClosed: tell })
    bus.subscribe('a', never)
    bus.publish('a', 0)
    void bus.close({ timeout: 600_000 })
    send('SIGTERM')
  },
  thrown: () => {
    closeOnSignals({
      onClosed: () => {
        throw new Error('of the listener')
      },
    })
    process.once('uncaughtException', ({ message }) => console.log('uncaught:', message))
    bus.subscribe('a', () => {})
    send('SIGTERM')
  },
  unheard: async () => {
    closeOnSignals({ onClosed: tell })
    // Nothing of it keeps the process.
    await bus.close()
  },
}

await ways[process.argv[2] ?? '']?.()
