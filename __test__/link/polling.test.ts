import test from 'ava'
import { inside } from '../support/inside.js'

const { Polling }: typeof import('../../ts/src/link/polling.js') = await inside('link/polling.js')

/** An inbox that is filled by hand, in a time that passes by hand. */
class Inbox {
  frames = 0
  drained: number[] = []
  nowMs = 1_000
  /** How long it takes to handle a frame. */
  workMs = 0
  readonly polling = new Polling(
    () => this.frames > 0,
    () => this.drain(),
    () => this.nowMs,
  )

  /** As a thread does; each time it takes what there is. */
  drain(): void {
    const startMs = this.nowMs
    while (!this.polling.goesOn()) {
      this.drained.push(this.frames)
      if (this.frames === 0) {
        this.polling.asleep(this.nowMs)
        break
      }
      this.nowMs += this.frames * this.workMs
      this.frames = 0
    }
    this.polling.worked(this.nowMs - startMs)
  }

  /** Something comes to a thread that sleeps. */
  wake(): void {
    this.frames++
    this.polling.woken(this.nowMs)
    this.drain()
  }

  /** Is woken after it has slept so long, and looks until it sleeps again; returns how many turns it looked in. */
  async turnsAfter(sleptMs: number): Promise<number> {
    this.nowMs += sleptMs
    this.drained = []
    this.wake()
    for (let turns = 0; ; turns++) {
      if (this.drained.at(-1) === 0) return turns
      this.nowMs += 0.02
      await turn()
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

test('polling: a thread that slept for long goes to sleep again when there is nothing', async (t) => {
  const inbox = new Inbox()
  t.is(await inbox.turnsAfter(10), 0)
  t.is(await inbox.turnsAfter(0.5), 0)
})

test('polling: a thread that was woken at once looks for more for a while', async (t) => {
  const inbox = new Inbox()
  await inbox.turnsAfter(10)
  const turns = await inbox.turnsAfter(0.05)
  t.true(turns >= 4 && turns <= 7, `${turns}`)
})

test('polling: what comes meanwhile is taken in the next turn, and it looks on from then', async (t) => {
  const inbox = new Inbox()
  await inbox.turnsAfter(10)
  inbox.drained = []
  inbox.nowMs += 0.05
  inbox.wake()
  for (let times = 0; times < 50; times++) {
    inbox.nowMs += 0.08
    inbox.frames = 2
    await turn()
    t.is(inbox.drained.at(-1), 2)
  }
  t.deepEqual(inbox.drained, [1, ...new Array<number>(50).fill(2)])
  inbox.nowMs += 1
  await turn()
  t.is(inbox.drained.at(-1), 0)
})

test('polling: what has worked looks for as long as it did, to a bound', async (t) => {
  const inbox = new Inbox()
  inbox.workMs = 1
  await inbox.turnsAfter(10)
  // Twice 1 ms, of which nothing was spent.
  const turns = await inbox.turnsAfter(0.05)
  t.true(turns >= 95 && turns <= 105, `${turns}`)
  // What was spent has gone: only the two after it count, of which one was not to look.
  inbox.workMs = 0.2
  t.is(await inbox.turnsAfter(0.05), 0)
  const later = await inbox.turnsAfter(0.05)
  t.true(later >= 19 && later <= 22, `${later}`)
  inbox.workMs = 50
  await inbox.turnsAfter(10)
  await inbox.turnsAfter(10)
  await inbox.turnsAfter(10)
  const most = await inbox.turnsAfter(0.05)
  t.true(most >= 245 && most <= 255, `${most}`)
})

test('polling: a message at a time, quickly handled, is not a stream', async (t) => {
  const inbox = new Inbox()
  inbox.workMs = 0.01
  for (let times = 0; times < 100; times++) await inbox.turnsAfter(10)
  const turns = await inbox.turnsAfter(0.05)
  t.true(turns >= 4 && turns <= 7, `${turns}`)
})

test('polling: where it was in vain it is tried more and more seldom, and as ever once it was not', async (t) => {
  const inbox = new Inbox()
  await inbox.turnsAfter(10)
  const tries: number[] = []
  for (let times = 0; times < 40; times++) if ((await inbox.turnsAfter(0.05)) > 0) tries.push(times)
  t.deepEqual(tries, [0, 2, 5, 10, 19, 36])
  // It is tried again some time; then something comes.
  for (;;) {
    inbox.nowMs += 0.05
    inbox.drained = []
    inbox.wake()
    if (inbox.drained.at(-1) !== 0) break
  }
  inbox.frames = 1
  await turn()
  while (inbox.drained.at(-1) !== 0) {
    inbox.nowMs += 0.02
    await turn()
  }
  t.is(await inbox.turnsAfter(0.05), 0)
  t.true((await inbox.turnsAfter(0.05)) > 0)
})
