import { once } from 'node:events'
import test from 'ava'
import { onBus } from '../support/on-bus.js'
import { run } from '../support/programs/run.js'

/** What each way of `support/programs/life` says, on the way to exit code 0. */
const lives: Record<string, { title: string; says: string[] }> = {
  closed: { title: 'a process ends by itself after close', says: ['received 1', 'closed'] },
  open: { title: 'after close nothing is left open', says: ['open true', 'left open'] },
  using: {
    title: 'await using closes the bus at the end of the block',
    says: ['received 1', 'ERR_BUS_CLOSED'],
  },
  idle: { title: 'a bus without receivers keeps no process alive', says: ['published to 0'] },
  answered: { title: 'a request that was answered keeps no process alive', says: ['ERR_BUS_NO_HANDLER'] },
  subscription: {
    title: 'a subscription keeps the process alive until it ends',
    says: ['still here', 'unsubscribed'],
  },
  registration: {
    title: 'a handler keeps the process alive until it ends',
    says: ['still here', 'unregistered'],
  },
  pending: {
    title: 'a pending request keeps the process alive until it ends',
    says: ['still here', 'ERR_BUS_TIMEOUT'],
  },
  unref: {
    title: 'unref lets the process end in spite of a subscription, a handler and a pending request',
    says: ['let go'],
  },
  ref: { title: 'ref takes unref back', says: ['still here', 'unsubscribed'] },
  worker: {
    title: 'a process with a worker ends by itself when both have closed',
    says: ['from the worker', 'closed'],
  },
}

for (const [program, where] of [
  ['life', ''],
  ['in-worker', ' (in a worker, which ends by itself)'],
] as const) {
  for (const [life, { title, says }] of Object.entries(lives)) {
    test(`life: ${title}${where}`, async (t) => {
      const { code, signal, stdout, stderr } = await run(program, life)
      t.is(stderr, '')
      t.deepEqual(stdout.trim().split('\n'), says)
      t.is(signal, null)
      t.is(code, 0)
    })
  }
}

test('life: process.exit() in the middle of traffic between threads is an exit, and no crash', async (t) => {
  for (let round = 0; round < 5; round++) {
    const { code, signal, stderr } = await run('life', 'exit')
    t.is(stderr, '')
    t.is(signal, null)
    t.is(code, 7)
  }
})

test(
  'life: a worker is kept alive by its subscription, and let go by unref',
  onBus(async (t, { bus, thread }) => {
    const { worker } = await thread('staying')
    const exited = once(worker, 'exit')
    let isOver = false
    void exited.then(() => {
      isOver = true
    })
    for (let round = 0; round < 100; round++) t.is(await bus.request('stay', round), round)
    t.false(isOver)
    t.is(bus.publish('let-go', 0), 1)
    t.deepEqual(await exited, [0])
    // That it has left is told to this thread in a turn of its own.
    while (bus.publish('let-go', 0) > 0) await new Promise(setImmediate)
  }),
)
