import test from 'ava'
import { run } from '../support/programs/run.js'

/** What each way of `support/programs/pooling` says, on the way to exit code 0. */
const ways: Record<string, { title: string; says: string[] }> = {
  closed: {
    title: 'a process with workers ends by itself after close, and nothing is left open',
    says: ['true', 'left open'],
  },
  left: {
    title: 'workers that are closed keep no process alive, although the bus is open',
    says: ['closed'],
  },
  held: { title: 'workers keep the process alive until they are closed', says: ['still here', 'closed'] },
  unref: { title: 'unref lets the process end in spite of workers', says: ['let go'] },
  'unref of replacements': { title: 'unref holds for replacements, too', says: ['let go'] },
  ref: { title: 'ref takes unref back', says: ['still here', 'closed'] },
  listener: {
    title: 'a listener that throws is an uncaught exception, and disturbs no worker',
    says: ['uncaught: of the listener', 'online'],
  },
}

for (const [way, { title, says }] of Object.entries(ways)) {
  test(`life: ${title}`, async (t) => {
    const { code, signal, stdout, stderr } = await run('pooling', way)
    t.is(stderr, '')
    t.deepEqual(stdout.trim().split('\n'), says)
    t.is(signal, null)
    t.is(code, 0)
  })
}

test('life: process.exit() with workers in the middle of traffic is an exit, and no crash', async (t) => {
  for (let round = 0; round < 3; round++) {
    const { code, signal, stderr } = await run('pooling', 'exit')
    t.is(stderr, '')
    t.is(signal, null)
    t.is(code, 7)
  }
})
