import test from 'ava'
import type { CoreAttachment } from '../../ts/src/core/core.js'
import { inside } from '../support/inside.js'

const { PlanCache }: typeof import('../../ts/src/link/plan-cache.js') = await inside('link/plan-cache.js')
const { Sights }: typeof import('../../ts/src/link/sights.js') = await inside('link/sights.js')

const WAY = {}
const LOCAL = { settings: { threadOnly: false }, way: WAY }
const TERMS = { isPlain: true, isBare: true } as Parameters<
  (terms: ReturnType<ConstructorParameters<typeof PlanCache>[2]>) => void
>[0]
const METER = { record: (): void => {} }

/** A core with one subscription to everything, in this thread. */
function cacheOf(topics: number): { plans: InstanceType<typeof PlanCache>; asked: string[] } {
  const asked: string[] = []
  const resolve = (topic: string): Uint32Array => {
    asked.push(topic)
    const hash = [...topic].reduce((sum, character) => Math.imul(sum, 31) + character.charCodeAt(0), 7)
    return Uint32Array.of(1, 1, 0, 0, 0, hash, 5)
  }
  const meters = { route: METER, matches: METER } as unknown as ConstructorParameters<typeof PlanCache>[5]
  const core = { resolve } as unknown as CoreAttachment
  return {
    plans: new PlanCache(
      core,
      () => LOCAL,
      () => TERMS,
      topics,
      false,
      meters,
    ),
    asked,
  }
}

test('plan cache: topics are remembered at once as long as there is plenty of room, then at their second sight', (t) => {
  const { plans, asked } = cacheOf(64)
  for (const round of [1, 2, 3, 4]) {
    for (let topic = 0; topic < 16; topic++)
      t.is(plans.get(`a.${topic}`).topic, `a.${topic}`, `round ${round}`)
  }
  const counts = new Map<string, number>()
  for (const topic of asked) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  for (let topic = 0; topic < 8; topic++) t.is(counts.get(`a.${topic}`), 1)
  for (let topic = 8; topic < 16; topic++) t.true((counts.get(`a.${topic}`) ?? 0) >= 2)
  asked.length = 0
  for (let round = 0; round < 100; round++) {
    for (let topic = 0; topic < 16; topic++) plans.get(`a.${topic}`)
  }
  t.true(asked.length < 100, 'whatever shares a place with whatever: each is remembered in the end')
})

test('plan cache: a stream of new topics pushes out none that is known', (t) => {
  const { plans, asked } = cacheOf(16)
  const known = plans.get('known')
  for (let topic = 0; topic < 10_000; topic++) plans.get(`new.${topic}`)
  t.is(asked.length, 10_001)
  t.is(plans.get('known'), known)
})

test('plan cache: a change of the routes is seen, new topics or none', (t) => {
  const { plans, asked } = cacheOf(64)
  for (const between of [0, 3, 40]) {
    asked.length = 0
    const before = plans.get('known')
    for (let topic = 0; topic < between; topic++) plans.get(`new.${between}.${topic}`)
    plans.forget('known')
    const after = plans.get('known')
    t.not(after, before)
    t.is(plans.get('known'), after)
    plans.forgetAll()
    t.not(plans.get('known'), after)
    t.is(asked.filter((topic) => topic === 'known').length, between === 0 ? 3 : 2)
  }
})

test('plan cache: the way to an only receiver is known by itself when new topics are over', (t) => {
  const { plans } = cacheOf(64)
  const use = (): void => plans.rememberWay(plans.get('known'))
  use()
  plans.get('new')
  t.is(plans.way('known'), undefined)
  for (let turn = 0; turn < 32; turn++) use()
  t.is(plans.way('known'), WAY)
  plans.get('newer')
  t.is(plans.way('known'), undefined, 'to look for it would make a key of each new topic')
  t.is(plans.get('known').only, LOCAL)
})

test('plan cache: what is no topic is refused, also among new ones', (t) => {
  const { plans } = cacheOf(64)
  for (let round = 0; round < 2; round++) {
    for (const wrong of [5, undefined, null, {}, '\ud800', ['known']]) {
      t.throws(() => plans.get(wrong as string), { code: 'ERR_BUS_INVALID_TOPIC' })
    }
    t.throws(() => plans.get('$name.known'), { code: 'ERR_BUS_INVALID_TOPIC' })
    plans.get('known')
  }
})

test('sights: what was seen not long ago is seen a second time, also where several share a place', (t) => {
  const sights = new Sights(4)
  t.false(sights.isSecond(8))
  t.true(sights.isSecond(8))
  let seconds = 0
  for (let round = 0; round < 1_000; round++) {
    for (const hash of [16, 32, 48]) if (sights.isSecond(hash)) seconds++
  }
  t.true(seconds > 100)
})
