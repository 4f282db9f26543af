// biome-ignore-all lint/suspicious/noThenProperty: thenables of every kind are what is tested.
/** Handlers that do to others whatever a handler can do. */

/** What most of them throw. */
export const boom = new RangeError('boom')

/** What a handler may do to others, and what is told of it; `undefined` for nothing. */
export const hostile: Record<string, [handler: () => unknown, told: unknown]> = {
  throws: [
    () => {
      throw boom
    },
    boom,
  ],
  rejects: [() => Promise.reject(boom), boom],
  'rejects later': [
    async () => {
      await null
      throw boom
    },
    boom,
  ],
  'throws undefined': [
    () => {
      throw undefined
    },
    undefined,
  ],
  'throws a text': [
    () => {
      throw 'boom'
    },
    'boom',
  ],
  'throws an object that cannot be made a text': [
    () => {
      throw bare
    },
    undefined,
  ],
  'throws an error whose name is a symbol': [
    () => {
      throw nameless
    },
    undefined,
  ],
  'throws an error whose message throws': [
    () => {
      throw mute
    },
    undefined,
  ],
  'returns a thenable that throws': [
    () => ({
      then() {
        throw boom
      },
    }),
    boom,
  ],
  'returns a thenable that rejects twice': [() => ({ then: rejectTwice }), boom],
  'returns an object whose then throws when it is read': [
    () => ({
      get then() {
        throw boom
      },
    }),
    boom,
  ],
  'returns a promise whose constructor throws when it is read': [
    () => spoilt('constructor', { get: raise }),
    boom,
  ],
  'returns a promise whose own then throws': [
    () => Object.assign(Promise.reject(boom), { then: raise }),
    boom,
  ],
  'returns a proxy that was revoked': [() => revoked(), undefined],
}

const bare: unknown = Object.create(null)
const nameless = Object.assign(new Error('boom'), { name: Symbol('name') })
const mute = Object.defineProperty(new Error(), 'message', { get: raise })

/** Throws it. */
export function raise(): never {
  throw boom
}

function rejectTwice(fulfil: (value: unknown) => void, reject: (error: unknown) => void): void {
  reject(boom)
  reject(boom)
  fulfil(1)
  throw new Error('too late to count')
}

function spoilt(name: string, how: PropertyDescriptor): Promise<unknown> {
  return Object.defineProperty(Promise.resolve(1), name, how)
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
