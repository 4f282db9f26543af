import test from 'ava'
import type TypedEmitter from 'typed-emitter'
import type { BusEventMap, CircuitEvent, HealthEvent } from '../../ts/src/contract/events.js'
import type { Bus } from '../../ts/src/contract/ports.js'
import { compiles, type Equal, holds } from './assertions.js'

/** The same events, as typed-emitter wants them: functions of what they carry. */
type Listeners = { [Name in keyof BusEventMap]: (...carried: BusEventMap[Name]) => void }

declare const bus: Bus

test('events: a bus tells these, and no others', (t) => {
  t.true(
    holds<
      [
        Equal<
          keyof BusEventMap,
          | 'failure'
          | 'deadLetter'
          | 'overflow'
          | 'watermark'
          | 'unrouted'
          | 'congestion'
          | 'health'
          | 'circuit'
          | 'alert'
          | 'joined'
          | 'left'
          | 'closed'
        >,
      ]
    >(),
  )
})

test('events: they are a typed emitter to whoever takes one', (t) => {
  t.true(
    compiles(() => {
      const events: TypedEmitter.default<Listeners> = bus.events
      events.on('health', (health) => {
        const told: HealthEvent = health
        return told
      })
      events.once('circuit', ({ to }) => {
        const state: CircuitEvent['to'] = to
        return state
      })
      // @ts-expect-error: there is no such event
      events.on('heath', () => {})
      // @ts-expect-error: it carries something else
      events.on('closed', (report: string) => report)
    }),
  )
})

test('events: a listener is given what its event carries', (t) => {
  t.true(
    compiles(() => {
      bus.events.on('alert', ({ isRaised, value }) => {
        const raised: boolean = isRaised
        const number: number = value
        return [raised, number]
      })
      bus.events.on('left', ({ pattern, health }) => [pattern, health])
      // @ts-expect-error: it has no such member
      bus.events.on('closed', ({ reason }) => reason)
    }),
  )
})
