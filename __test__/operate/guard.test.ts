import test from 'ava'
import type { EndpointSettings } from '../../ts/src/options/receive.js'
import { Guard } from '../support/inside.js'

test('guard: whoever takes its endpoint off the bus when told that it is ill leaves no timer behind', (t) => {
  let nowMs = 0
  const timers = new Map<object, () => void>()
  const fake = {
    after(_ms: number, act: () => void) {
      const id = { slot: 0, generation: 0 }
      timers.set(id, act)
      return id
    },
    cancel: (id: object) => void timers.delete(id),
  }
  const health = { intervalMs: 10, fullForMs: 20, stalledForMs: 0, failureThreshold: 1, successThreshold: 1 }
  const settings = { health, circuit: undefined, capacity: 1, lowWatermark: 0 }
  const states: string[] = []
  const guard = new Guard(
    {
      settings: settings as unknown as EndpointSettings,
      isHandler: true,
      isHeld: false,
      timers: fake as never,
      now: () => nowMs,
      random: Math.random,
    },
    {
      stands() {},
      health(_from, to) {
        states.push(to)
        if (to === 'unhealthy') guard.drain()
      },
      circuit() {},
    },
  )
  guard.watch({ queued: 1, gateMoved() {} })
  for (let look = 0; look < 5; look++) {
    nowMs += 10
    for (const [id, act] of [...timers]) {
      timers.delete(id)
      act()
    }
  }
  t.deepEqual(states, ['unhealthy', 'draining'])
  t.is(timers.size, 0)
})
