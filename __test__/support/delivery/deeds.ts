/** What a handler may do with the number that it is given: ways to end, as far as they need nothing but that. */
export const DEEDS_OF_ANY: Readonly<
  Record<'value' | 'throw' | 'resolve' | 'reject' | 'thenable' | 'trap', (at: number) => unknown>
> = {
  value: (at) => at,
  throw: (at) => {
    throw new Error(`thrown ${at}`)
  },
  resolve: (at) => Promise.resolve(at),
  reject: (at) => Promise.reject(new Error(`rejected ${at}`)),
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested.
  thenable: (at) => ({ then: (resolve: (value: number) => void) => resolve(at) }),
  trap: (at) => ({
    // biome-ignore lint/suspicious/noThenProperty: it is what is tested.
    get then() {
      throw new Error(`trapped ${at}`)
    },
  }),
}
