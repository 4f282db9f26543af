/** A clock for tests. */
import type { VirtualClock } from '../contract/clock.js'
import { invalidOption } from '../errors.js'
import { VirtualTime } from '../link/virtual-time.js'

/**
 * Makes a clock that stands still until it is told to go on: time-outs, delays, retries and windows of the buses that are
 * opened with it come when `advance()` says so. What is due has expired when that returns; handlers and promises go on in
 * the microtasks that follow, as always.
 *
 * All threads of a bus share one time: a clock in one of them moves it for all.
 *
 * @example
 * const clock = virtualClock()
 * const bus = open('test', { clock })
 * bus.handle('never', () => new Promise(() => {}))
 * const pending = bus.request('never', 0, { timeout: 5_000 })
 * clock.advance(5_000)
 * await assert.rejects(pending, { code: 'ERR_BUS_TIMEOUT' })
 */
export function virtualClock(): VirtualClock {
  return new TestClock()
}

/** A bus knows its clock by what this extends. */
class TestClock extends VirtualTime implements VirtualClock {
  override advance(ms: number): void {
    if (typeof ms !== 'number' || !(ms >= 0) || ms === Number.POSITIVE_INFINITY)
      throw invalidOption('the time to let pass', 'a number of milliseconds from 0', ms)
    super.advance(ms)
  }
}
