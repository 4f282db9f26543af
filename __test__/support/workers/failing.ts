/** Throws whatever a test asks for. */
import { readFileSync } from 'node:fs'
import { bus, ready } from './station.js'

class ShopError extends Error {
  readonly shop = 7
  override get name(): string {
    return 'ShopError'
  }
}

const raise = (): never => {
  throw Object.create(null)
}

function circle(): Error {
  const error = new Error('a cause of itself')
  error.cause = error
  return error
}

function odd(name: string, how: PropertyDescriptor): Error {
  return Object.defineProperty(new Error('odd'), name, { configurable: true, ...how })
}

const errors: Record<string, () => unknown> = {
  range: () => new RangeError('out of range'),
  chain: () => new Error('outer', { cause: new TypeError('middle', { cause: 'innermost' }) }),
  circle,
  properties: () =>
    Object.assign(new Error('with properties'), {
      code: 'E_MINE',
      status: 404,
      details: { list: [1, new Map([['a', 1n]])] },
      run: () => 1,
    }),
  getter: () =>
    Object.defineProperty(Object.assign(new Error('with a getter'), { code: 'E_MINE' }), 'bad', {
      enumerable: true,
      get: raise,
    }),
  node: () => {
    readFileSync('/does/not/exist')
  },
  class: () => new ShopError('closed today'),
  aggregate: () => new AggregateError([new RangeError('one'), new Error('two')], 'several'),
  bus: () => bus.request('nobody.is.here', 0),
  undefined: () => undefined,
  null: () => null,
  text: () => 'just a text',
  object: () => ({ message: 'no error', list: [1] }),
  zero: () => 0,
  function: () => () => 1,
  bare: () => Object.create(null),
  'name is a symbol': () => odd('name', { value: Symbol('name') }),
  'message throws': () => odd('message', { get: raise }),
  'stack is an object': () => odd('stack', { value: { toString: raise } }),
  'everything throws': () =>
    new Proxy(new Error('odd'), { get: raise, ownKeys: raise, getPrototypeOf: raise }),
}

bus.handle('fail', async (what: string) => {
  throw await errors[what]?.()
})
ready()
