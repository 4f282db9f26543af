// biome-ignore-all lint/suspicious/noExplicitAny: that something is of type any is what is asserted.
// biome-ignore-all lint/complexity/noBannedTypes: the empty contract is one of the cases.
import test from 'ava'
import type { Contract, EventKey, IsOpen, RequestKey, Topics } from '../../ts/src/contract/contract.js'
import type { Bus } from '../../ts/src/contract/ports.js'
import type { PayloadOf } from '../../ts/src/contract/topics.js'
import { compiles, type Equal, holds } from './assertions.js'

declare function open<C extends Contract<C> = Topics>(name?: string): Bus<C>

interface Written {
  'a.*': { payload: number; reply: string }
  b: { payload: Date }
}

test('a contract may be a type or an interface', (t) => {
  t.true(
    compiles(() => {
      open<{ a: { payload: 1 }; 'b.*': { payload: 2; reply: 3 } }>()
      open<{}>()
      return open<Written>('written').publish('b', new Date())
    }),
  )
})

test('a contract whose entries are no entries is refused', (t) => {
  t.true(
    compiles(() => {
      // @ts-expect-error: the entry is not an object
      open<{ a: number }>()
      // @ts-expect-error: the payload is missing
      open<{ a: { reply: number } }>()
      // @ts-expect-error: a member is misspelt
      open<{ a: { payload: number; replay: number } }>()
      // @ts-expect-error: a key is not a text
      open<{ 1: { payload: number } }>()
      // @ts-expect-error: as above, in an interface that a bus is declared with
      const bus: Bus<{ a: { payloads: number } }> = open<any>()
      return bus
    }),
  )
})

test('keys are sorted by whether their entry has a reply, braces written out', (t) => {
  type Braces = {
    '{a,b}.c': { payload: 1 }
    '{a,d}': { payload: 2; reply: undefined }
    e: { payload: 3; reply: never }
  }
  t.true(
    holds<
      [
        Equal<RequestKey<Written>, 'a.*'>,
        Equal<EventKey<Written>, 'b'>,
        Equal<EventKey<Braces>, 'a.c' | 'b.c'>,
        Equal<RequestKey<Braces>, 'a' | 'd' | 'e'>,
      ]
    >(),
  )
})

test('a contract that names no topics checks none', (t) => {
  t.true(
    holds<
      [
        Equal<IsOpen<Topics>, true>,
        Equal<IsOpen<{}>, true>,
        Equal<IsOpen<any>, true>,
        Equal<IsOpen<Record<string, { payload: number }>>, true>,
        Equal<IsOpen<Written>, false>,
        Equal<PayloadOf<Topics, 'a'>, any>,
      ]
    >(),
  )
})
