/** Throws errors of the application, and some with what should not be told. */
import { Private, SoldOut, SoldOutToday } from '../errors.js'
import { bus, ready } from './station.js'

const secrets = {
  password: 'hunter2',
  kept: 1,
  request: {
    headers: new Map([
      ['authorization', 'Bearer x'],
      ['accept', '*'],
    ]),
    list: [{ password: 'hunter2', kept: 2 }],
  },
}

const errors: Record<string, () => unknown> = {
  registered: () => new SoldOut('tea'),
  subclass: () => new SoldOutToday('tea'),
  nested: () =>
    new Error('outer', { cause: new AggregateError([new SoldOut('tea'), new URIError('u')], 'many') }),
  private: () => Object.defineProperty(new Private('four'), 'own', { value: 'its own', enumerable: true }),
  secret: () =>
    Object.assign(new Error('with a secret', { cause: Object.assign(new Error('below'), secrets) }), secrets),
  'no error': () => secrets,
}

bus.handle('throw', (what: string) => {
  throw errors[what]?.()
})
bus.handle(
  'throw.redacted',
  (what: string) => {
    throw errors[what]?.()
  },
  { redact: (error) => new Error(`redacted: ${(error as Error).message}`) },
)
bus.handle(
  'throw.broken',
  () => {
    throw new Error('a secret')
  },
  {
    redact: () => {
      throw new Error('a secret of the redaction')
    },
  },
)
ready()
