/** A process that is told to end closes its buses first. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import { type CloseOnSignalsOptions, closeOnSignals } from 'busbar'
import { run } from '../support/programs/run.js'

/** What each way of `support/programs/signalled` says, and how its process ends. */
const ways: Record<string, { title: string; says: string[]; signal: NodeJS.Signals | null; code?: number }> =
  {
    finished: {
      title: 'what all threads have in hand is finished, and then the process ends by the signal',
      says: ['answered', 'signalled closed closed '],
      signal: 'SIGTERM',
    },
    several: {
      title: 'every bus is closed, also one that is opened meanwhile',
      says: ['another closed  ', 'late closed  ', 'signalled closed  '],
      signal: 'SIGINT',
    },
    abandoned: {
      title: 'at the deadline what never settles is told of, by whichever signal',
      says: ['signalled closed  a'],
      signal: 'SIGHUP',
    },
    forced: {
      title: 'a second signal, also another one, ends the process at once',
      says: [],
      signal: 'SIGINT',
    },
    shared: {
      title: 'where somebody else listens the process ends as that one wants',
      says: ['heard', 'signalled closed  '],
      signal: null,
      code: 3,
    },
    disposed: { title: 'disposed of, it leaves the signal alone', says: [], signal: 'SIGTERM' },
    closing: {
      title: 'a bus that is closing already is hastened',
      says: ['signalled closed  a'],
      signal: 'SIGTERM',
    },
    thrown: {
      title: 'what onClosed throws is an uncaught exception, and the process ends all the same',
      says: ['uncaught: of the listener'],
      signal: 'SIGTERM',
    },
    unheard: { title: 'it keeps no process alive', says: [], signal: null, code: 0 },
  }

for (const [way, { title, says, signal, code = null }] of Object.entries(ways)) {
  test(`signals: ${title}`, async (t) => {
    const outcome = await run('signalled', way)
    t.is(outcome.stderr, '')
    t.deepEqual(outcome.stdout.split('\n').filter(Boolean).sort(), says.toSorted())
    t.is(outcome.signal, signal)
    t.is(outcome.code, code)
  })
}

test('signals: a worker, which hears none, is told so', async (t) => {
  const source = `
    import('busbar').then(({ closeOnSignals }) => {
      try {
        closeOnSignals()
      } catch ({ code, message }) {
        require('node:worker_threads').parentPort.postMessage({ code, message })
      }
    })`
  const worker = new Worker(source, { eval: true })
  const [{ code, message }] = await once(worker, 'message')
  t.is(code, 'ERR_BUS_NOT_MAIN_THREAD')
  t.regex(message, /in a worker, which hears no signals/)
  await worker.terminate()
})

test('signals: it listens until it is disposed of, and twice is two listeners', (t) => {
  const before = process.listenerCount('SIGHUP')
  const one = closeOnSignals({ signals: ['SIGHUP', 'SIGHUP'] })
  const two = closeOnSignals({ signals: ['SIGHUP'] })
  t.is(process.listenerCount('SIGHUP'), before + 2)
  one[Symbol.dispose]()
  one[Symbol.dispose]()
  t.is(process.listenerCount('SIGHUP'), before + 1)
  two[Symbol.dispose]()
  t.is(process.listenerCount('SIGHUP'), before)
})

for (const [options, message] of [
  [{ timeout: -1 }, /timeout must be an integer from 0 to 2147483647/],
  [{ signals: [] }, /signals must be an array of the names of signals that can be heard, at least one/],
  [{ signals: 'SIGTERM' }, /got "SIGTERM" \(string\)/],
  [{ signals: ['SIGKILL'] }, /that can be heard/],
  [{ signals: ['toString'] }, /that can be heard/],
  [{ onClosed: true }, /onClosed must be a function/],
  [{ force: true }, /closeOnSignals\(\) has no option 'force'; it has signals, timeout, onClosed/],
] as const) {
  test(`signals: ${JSON.stringify(options)} are no options`, (t) => {
    t.throws(() => closeOnSignals(options as unknown as CloseOnSignalsOptions), {
      code: 'ERR_BUS_INVALID_OPTION',
      message,
    })
    t.is(process.listenerCount('SIGTERM'), 0)
  })
}
