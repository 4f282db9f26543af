import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import type { CoreAttachment } from '../../ts/src/core/core.js'
import { bounds, cores, layout, Timers } from '../support/core/cores.js'
import { arming, type Deadline, disarming, drain, submit } from '../support/core/frames.js'
import { dist } from '../support/inside.js'

/** How late a deadline may be heard of here, where other tests take their time in the same process. */
const LATE_MS = 250

interface Heard {
  readonly slot: number
  readonly generation: number
  readonly atMs: number
}

/** An attachment that notes what expires. */
class Listener {
  readonly core: CoreAttachment
  readonly heard: Heard[] = []
  #onHeard = (): void => {}

  constructor(name: string, core: 'native' | 'javascript') {
    this.core = cores[core].attach(name, '{}', bounds(0), false, false, () => this.#drain())
    this.#drain()
  }

  arm(...deadlines: readonly Deadline[]): void {
    submit(this.core, arming(this.core.id, deadlines))
  }

  disarm(...slots: readonly number[]): void {
    submit(this.core, disarming(this.core.id, slots))
  }

  /** Resolves when so many have expired. */
  async hears(count: number): Promise<readonly Heard[]> {
    // The deadline alone would not keep the process alive.
    const stay = setInterval(() => {}, 1_000)
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => {
        this.#onHeard = resolve
      })
    }
    clearInterval(stay)
    return this.heard
  }

  #drain(): void {
    const expired: { readonly slot: number; readonly generation: number }[] = []
    for (const { kind, payload } of drain(this.core)) {
      if (kind !== layout.KIND_EXPIRED) continue
      for (let at = 0; at < payload.length; at += 8) {
        expired.push({ slot: payload.readUInt32LE(at), generation: payload.readUInt32LE(at + 4) })
      }
    }
    // Not before: what expires in between is drained as well.
    const atMs = this.core.nowMs()
    this.heard.push(...expired.map((one) => ({ ...one, atMs })))
    this.#onHeard()
  }
}

for (const core of ['native', 'javascript'] as const) {
  test.serial(`deadlines (${core}): none is early, and they come in their order`, async (t) => {
    const listener = new Listener(t.title, core)
    const startMs = listener.core.nowMs()
    const dueMs = [40, 0.5, 17.25, 3, 130, 64.9, 9, 17].map((ms) => startMs + ms)

    listener.arm(...dueMs.map((due, slot): Deadline => [slot, slot * 7, due]))
    const heard = await listener.hears(dueMs.length)

    for (const { slot, generation, atMs } of heard) {
      const lateMs = atMs - (dueMs[slot] ?? 0)
      t.true(lateMs >= 0 && lateMs < LATE_MS, `slot ${slot} was ${lateMs} ms late`)
      t.is(generation, slot * 7)
    }
    t.deepEqual(
      heard.map(({ slot }) => slot),
      [1, 3, 6, 7, 2, 0, 5, 4],
    )
    listener.core.detach()
  })

  test.serial(`deadlines (${core}): the last one of a slot counts, be it earlier or later`, async (t) => {
    const listener = new Listener(t.title, core)
    const startMs = listener.core.nowMs()

    // Far enough ahead that none is due before all are armed, on a machine that has other things to do.
    listener.arm([1, 1, startMs + 405], [2, 1, startMs + 60_000], [3, 1, startMs + 430])
    listener.arm([1, 2, startMs + 460], [2, 2, startMs + 410], [3, 2, startMs + 420])
    listener.arm([3, 3, startMs + 440])
    const heard = await listener.hears(3)

    t.deepEqual(
      heard.map(({ slot, generation }) => [slot, generation]),
      [
        [2, 2],
        [3, 3],
        [1, 2],
      ],
    )
    for (const { slot, atMs } of heard) t.true(atMs >= startMs + ([0, 460, 410, 440][slot] ?? 0))
    listener.core.detach()
  })

  test.serial(`deadlines (${core}): what is taken back does not come, and can be armed again`, async (t) => {
    const listener = new Listener(t.title, core)
    const startMs = listener.core.nowMs()

    // Far enough that a busy machine does not reach them before they are taken back.
    listener.arm([1, 1, startMs + 2_000], [2, 1, startMs + 2_000], [3, 1, startMs + 60])
    listener.disarm(1, 2, 99)
    listener.arm([2, 2, startMs + 30])
    const heard = await listener.hears(2)

    t.deepEqual(
      heard.map(({ slot, generation }) => [slot, generation]),
      [
        [2, 2],
        [3, 1],
      ],
    )
    listener.core.detach()
  })

  test.serial(
    `deadlines (${core}): what is past, or no time at all, is due at once; infinity never is`,
    async (t) => {
      const listener = new Listener(t.title, core)
      const startMs = listener.core.nowMs()

      listener.arm(
        [1, 1, Number.NaN],
        [2, 1, -5],
        [3, 1, Number.POSITIVE_INFINITY],
        [4, 1, startMs - 1],
        [5, 1, 1e300],
      )
      const heard = await listener.hears(3)

      t.deepEqual(heard.map(({ slot }) => slot).sort(), [1, 2, 4])
      // An endless one can still be given an end.
      listener.arm([3, 2, startMs + 5])
      t.deepEqual((await listener.hears(4)).at(-1)?.generation, 2)
      listener.core.detach()
    },
  )

  test.serial(`deadlines (${core}): thousands may pass at once, each is heard of once`, async (t) => {
    const listener = new Listener(t.title, core)
    const dueMs = listener.core.nowMs() + 20
    const count = 5_000

    listener.arm(...Array.from({ length: count }, (_, slot): Deadline => [slot, 1, dueMs]))
    const heard = await listener.hears(count)

    t.is(new Set(heard.map(({ slot }) => slot)).size, count)
    t.is(heard.length, count)
    listener.core.detach()
  })

  test.serial(`deadlines (${core}): who has left hears of none`, async (t) => {
    const listener = new Listener(t.title, core)
    const other = new Listener(t.title, core)
    const startMs = listener.core.nowMs()
    listener.arm([1, 1, startMs + 5])
    other.arm([1, 1, startMs + 15])

    listener.core.detach()

    t.is((await other.hears(1)).length, 1)
    t.deepEqual(listener.heard, [])
    other.core.detach()
  })

  test.serial(`deadlines (${core}): they alone do not keep a process alive`, async (t) => {
    const program = `
      const { javaScriptCore } = await import(${JSON.stringify(new URL('core/javascript/core.js', dist).href)})
      const { nativeCore } = await import(${JSON.stringify(new URL('core/native/core.js', dist).href)})
      const core = ${core === 'native' ? 'nativeCore' : 'javaScriptCore'}().attach('a', '{}', ${JSON.stringify(bounds(0))}, false, false, () => {})
      const bytes = Buffer.from('${arming(1, [[1, 1, 1e6]]).toString('hex')}', 'hex')
      core.submit(bytes, bytes.length)`
    const startMs = performance.now()
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { timeout: 60_000 })
    t.true(performance.now() - startMs < 30_000)
  })
}

test.serial('deadlines (javascript): a hundred thousand are cheap to have, and take one timer', (t) => {
  const timers = new Timers(() => t.fail('none is due'))
  const count = 100_000
  const startMs = performance.now()
  for (let slot = 0; slot < count; slot++) timers.arm(slot, 1, startMs + 30_000 + slot / 10, startMs)
  t.is(timers.pending, count)
  // What a bus does all the time: the slots are used again, each time for longer.
  for (let slot = 0; slot < count; slot++) timers.arm(slot, 2, startMs + 60_000, startMs)
  for (let slot = 0; slot < count; slot++) timers.disarm(slot)
  const elapsedMs = performance.now() - startMs
  t.is(timers.pending, 0)
  // Some 100 ms when nobody else is busy.
  t.true(elapsedMs < 3_000, `${elapsedMs} ms`)
  timers.close()
})

test.serial(
  'deadlines (javascript): far ones come at their time, on their way through ever finer buckets',
  async (t) => {
    const late = await new Promise<number[]>((resolve) => {
      const startMs = performance.now()
      const late: number[] = []
      const stay = setInterval(() => {}, 1_000)
      const timers = new Timers((expired) => {
        const nowMs = performance.now()
        for (const [slot] of expired) late.push(nowMs - startMs - slot)
        if (timers.pending === 0) {
          clearInterval(stay)
          resolve(late)
        }
      })
      for (let slot = 0; slot < 1_500; slot += 13) timers.arm(slot, 1, startMs + slot, startMs)
    })
    t.true(Math.min(...late) >= 0, 'none is early')
    t.true((late.sort((a, b) => a - b)[late.length >> 1] ?? LATE_MS) < 20, 'most are hardly late')
  },
)
