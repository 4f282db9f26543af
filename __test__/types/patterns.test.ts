import test from 'ava'
import type { Alternatives, Covers, Glob, Overlaps, Tokens, TopicOf } from '../../ts/src/contract/patterns.js'
import type { MoreSpecific } from '../../ts/src/contract/specificity.js'
import { type Equal, holds } from './assertions.js'

/** Both ways round: that two patterns meet does not depend on which is named first. */
type Meet<A extends string, B extends string> =
  Overlaps<Tokens<A>, Tokens<B>> extends Overlaps<Tokens<B>, Tokens<A>>
    ? Overlaps<Tokens<A>, Tokens<B>>
    : 'asymmetric'
type Cover<A extends string, B extends string, AnyToken extends string = '*'> = Covers<
  Tokens<A>,
  Tokens<B>,
  AnyToken
>
type Before<A extends string, B extends string> = [
  MoreSpecific<Tokens<A>, Tokens<B>>,
  MoreSpecific<Tokens<B>, Tokens<A>>,
]

type Yes<T> = Equal<T, true>
type No<T> = Equal<T, false>

test('tokens: split at every dot, holes kept as one token each', (t) => {
  t.true(
    holds<
      [
        Equal<Tokens<'orders'>, ['orders']>,
        Equal<Tokens<'orders.*.created'>, ['orders', '*', 'created']>,
        Equal<Tokens<'a..b'>, ['a', '', 'b']>,
        Equal<Tokens<`orders.${string}.created`>, ['orders', string, 'created']>,
        Equal<Tokens<`orders.${number}`>, ['orders', `${number}`]>,
        Equal<Tokens<`orders.id-${string}.x`>, ['orders', `id-${string}`, 'x']>,
        Equal<Tokens<'1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20'>['length'], 20>,
      ]
    >(),
  )
})

test('alternatives: expanded as text, nested ones too, and left alone where a brace may not be one', (t) => {
  t.true(
    holds<
      [
        Equal<Alternatives<'cart.viewed'>, 'cart.viewed'>,
        Equal<Alternatives<'cart.{viewed,closed}'>, 'cart.viewed' | 'cart.closed'>,
        Equal<Alternatives<'x.{a,b.**}'>, 'x.a' | 'x.b.**'>,
        Equal<Alternatives<'{a,b}.{c,d}'>, 'a.c' | 'a.d' | 'b.c' | 'b.d'>,
        Equal<Alternatives<'a.{b,c.{d,e}}.f'>, 'a.b.f' | 'a.c.d.f' | 'a.c.e.f'>,
        Equal<Alternatives<'a{,.b}'>, 'a' | 'a.b'>,
        Equal<Alternatives<'{a}'>, '{a}'>,
        Equal<Alternatives<'{a,b'>, '{a,b'>,
        Equal<Alternatives<'a,b}'>, 'a,b}'>,
        Equal<Alternatives<'[{].{a,b}'>, '[{].{a,b}'>,
        Equal<Alternatives<'\\{a,b}'>, '\\{a,b}'>,
        Equal<Alternatives<'a' | '{b,c}'>, 'a' | 'b' | 'c'>,
      ]
    >(),
  )
})

test('TopicOf: the topics of a pattern as a template', (t) => {
  t.true(
    holds<
      [
        Equal<TopicOf<'cart.viewed'>, 'cart.viewed'>,
        Equal<TopicOf<'orders.*.created'>, `orders.${string}.created`>,
        Equal<TopicOf<'*'>, string>,
        Equal<TopicOf<'**'>, string>,
        Equal<TopicOf<'orders.**'>, 'orders' | `orders.${string}`>,
        Equal<TopicOf<'**.created'>, 'created' | `${string}.created`>,
        Equal<TopicOf<'a.**.b'>, 'a.b' | `a.${string}.b`>,
        Equal<TopicOf<'a*.b?.[c-d]'>, `${string}.${string}.${string}`>,
        Equal<TopicOf<'cart.{viewed,*.price}'>, 'cart.viewed' | `cart.${string}.price`>,
        Equal<TopicOf<'a' | 'b.*'>, 'a' | `b.${string}`>,
        Equal<TopicOf<RegExp>, string>,
        Equal<TopicOf<string>, string>,
      ]
    >(),
  )
})

test('patterns overlap when a topic exists that both match, token by token', (t) => {
  t.true(
    holds<
      [
        Yes<Meet<'a.b', 'a.b'>>,
        No<Meet<'a.b', 'a.c'>>,
        No<Meet<'a.b', 'a.b.c'>>,
        No<Meet<'a', 'a.b'>>,
        Yes<Meet<'a.*', 'a.b'>>,
        No<Meet<'a.*', 'a'>>,
        No<Meet<'a.*', 'a.b.c'>>,
        Yes<Meet<'a.*', '*.b'>>,
        No<Meet<'a.*.c', 'a.b'>>,
        No<Meet<'a.*.c', '*.b.d'>>,
        Yes<Meet<'**', 'a'>>,
        Yes<Meet<'**', 'a.b.c'>>,
        Yes<Meet<'a.**', 'a'>>,
        Yes<Meet<'a.**', 'a.b.c'>>,
        No<Meet<'a.**', 'b.a'>>,
        Yes<Meet<'**.c', 'a.b.c'>>,
        Yes<Meet<'**.c', 'c'>>,
        No<Meet<'**.c', 'c.d'>>,
        Yes<Meet<'a.**.d', 'a.d'>>,
        Yes<Meet<'a.**.d', 'a.b.c.d'>>,
        No<Meet<'a.**.d', 'a'>>,
        Yes<Meet<'a.**', '**.b'>>,
        Yes<Meet<'a.**.b', '*.b'>>,
        No<Meet<'a.**.b', '*.c'>>,
        Yes<Meet<'**.a.**', '**.b.**'>>,
        Yes<Meet<'**.a.**.b', 'a.**.a.*'>>,
        No<Meet<'**.a.**.b', 'a.**.a.c'>>,
        Yes<Meet<'**.**', 'a'>>,
        Yes<Meet<'a*', 'xyz'>>,
        No<Meet<'a*', 'x.y'>>,
        Yes<Meet<'[0-9].x', '*.x'>>,
        Yes<Meet<`a.${string}.c`, 'a.*.c'>>,
        Yes<Meet<`a.${string}.c`, 'a.b.c'>>,
        No<Meet<`a.${string}.c`, 'a.c'>>,
        No<Meet<`a.${string}.c`, 'a.b.b.c'>>,
        Yes<Meet<`a.${number}`, 'a.42'>>,
        No<Meet<`a.${number}`, 'a.b'>>,
        Yes<Meet<`a.id-${string}`, 'a.id-7'>>,
        No<Meet<`a.id-${string}`, 'a.7'>>,
      ]
    >(),
  )
})

test('a pattern covers another when it matches all of its topics', (t) => {
  t.true(
    holds<
      [
        Yes<Cover<'a.b', 'a.b'>>,
        No<Cover<'a.b', 'a.*'>>,
        Yes<Cover<'a.*', 'a.b'>>,
        Yes<Cover<'a.*', 'a.*'>>,
        No<Cover<'a.*', 'a'>>,
        No<Cover<'a.*', 'a.b.c'>>,
        No<Cover<'a.*', 'a.**'>>,
        Yes<Cover<'a.**', 'a'>>,
        Yes<Cover<'a.**', 'a.*'>>,
        Yes<Cover<'a.**', 'a.b.**'>>,
        No<Cover<'a.b.**', 'a.**'>>,
        Yes<Cover<'**', '**'>>,
        Yes<Cover<'**.c', 'a.**.c'>>,
        No<Cover<'**.c', 'a.**'>>,
        Yes<Cover<'**.a.**', 'b.*.a'>>,
        Yes<Cover<'a.*.c', `a.${string}.c`>>,
        No<Cover<'a.b.c', `a.${string}.c`>>,
        Yes<Cover<'a.**', `a.${string}.c`>>,
        // A partial glob covers itself, and in the lenient sense every token.
        Yes<Cover<'a.b*', 'a.b*'>>,
        No<Cover<'a.b*', 'a.bc'>>,
        Yes<Cover<'a.b*', 'a.bc', Glob>>,
        Yes<Cover<'a.b*', `a.${string}`, Glob>>,
        No<Cover<'a.b*', 'a.b.c', Glob>>,
      ]
    >(),
  )
})

test('literal tokens come before partial globs, these before *, and * before **', (t) => {
  t.true(
    holds<
      [
        Equal<Before<'a.b', 'a.*'>, [true, false]>,
        Equal<Before<'a.*', 'a.**'>, [true, false]>,
        Equal<Before<'a.b', 'a.b.**'>, [true, false]>,
        Equal<Before<'a.b*', 'a.*'>, [true, false]>,
        Equal<Before<'a.*.**', 'a.**'>, [true, false]>,
        Equal<Before<'a.**', 'a.**.**'>, [true, false]>,
        Equal<Before<'a.b.**', 'a.*.*'>, [true, false]>,
        Equal<Before<'a.*', '*.b'>, [false, false]>,
        Equal<Before<'a', 'b'>, [false, false]>,
      ]
    >(),
  )
})
