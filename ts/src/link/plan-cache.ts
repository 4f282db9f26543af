/**
 * The plans of this thread by topic: routing decisions are made in the core, and remembered here.
 *
 * It is bounded by two generations of entries: when the young one is full it becomes the old one, whose entries are
 * dropped unless they are asked for again. So a topic in use stays. When a part of the young one is taken, a new topic has
 * to come twice: a stream of topics that never come again leaves no entries, and nothing for the garbage collector to move.
 *
 * To read a property by a string that was never a key takes V8 half a microsecond and more: it makes the string unique,
 * for ever. To ask whether there is such a property of the object's own does not. Known topics are read at once, which is
 * faster for them; so it is asked first only as long as a new topic came not long ago.
 *
 * Where a topic's only receiver needs nothing but a message ({@link Plan.only}), the way to it is remembered by itself, from
 * the second time on that it is asked for: the plan and the receiver are objects more to look into, and among thousands of
 * topics each object is waited for. What is remembered so is always valid, so there is nothing to compare.
 */
import type { CoreAttachment } from '../core/core.js'
import { invalidTopic, reservedTopic } from '../errors.js'
import { monotonicMs } from './clock.js'
import type { Meter } from './meter.js'
import { type Candidate, Plan, type Recipient, type Scoped, type TopicTerms } from './plan.js'
import { Sampler } from './sampler.js'
import { Sights } from './sights.js'

/** What is measured of look-ups. */
export interface LookupMeters {
  /** How long the core took. */
  readonly route: Meter
  /** How many subscriptions it found. */
  readonly matches: Meter
}

/** The cache; see the head of this file. */
export class PlanCache<Local extends Scoped> {
  readonly #attachment: CoreAttachment
  readonly #termsOf: (topic: string) => TopicTerms
  readonly #localOf: (endpoint: number) => Local | undefined
  readonly #capacity: number
  /** So many are remembered at their first sight. */
  readonly #welcome: number
  readonly #sights: Sights
  readonly #ofAddresses: boolean
  readonly #meters: LookupMeters
  readonly #sampler = new Sampler()
  #lookups = 0
  /** That of the topic that was looked up last, as the core has it. */
  #hash = 0
  // Objects without a prototype: the fastest map by string there is, and no key is special.
  #young: Record<string, Plan<Local>> = Object.create(null)
  #old: Record<string, Plan<Local>> = Object.create(null)
  #hasOld = false
  #youngCount = 0
  /** How many known topics are to come until the next one is taken for known. */
  #wariness = 0
  /** The plan that was got last and has no only receiver: as a rule that of a stream to other threads. */
  #last: Plan<Local> | undefined
  #lastTopic = ''
  #ways: Record<string, Local['way']> = Object.create(null)
  #hasWays = false
  /** Grows when every plan is outdated. */
  generation = 0
  /** Grows when any plan is outdated, also one that is not remembered here any more. */
  changes = 0

  /**
   * @param localOf - this thread's receiver of an id, if it is in this thread
   * @param termsOf - what holds for the messages of a topic
   * @param topics - how many topics are remembered, at most
   * @param ofAddresses - whether its topics are those that addresses stand for
   * @param meters - where it goes what is measured
   */
  constructor(
    attachment: CoreAttachment,
    localOf: (endpoint: number) => Local | undefined,
    termsOf: (topic: string) => TopicTerms,
    topics: number,
    ofAddresses: boolean,
    meters: LookupMeters,
  ) {
    this.#meters = meters
    this.#attachment = attachment
    this.#ofAddresses = ofAddresses
    this.#localOf = localOf
    this.#termsOf = termsOf
    this.#capacity = Math.ceil(topics / 2)
    this.#welcome = Math.ceil(this.#capacity / 4)
    this.#sights = new Sights(topics)
  }

  /** How often the core was asked. */
  get lookups(): number {
    return this.#lookups
  }

  /** A second has passed. */
  relax(): void {
    this.#sampler.relax()
  }

  /** The plan of `topic`; throws `ERR_BUS_INVALID_TOPIC`. */
  get(topic: string): Plan<Local> {
    const last = this.#last
    if (topic === this.#lastTopic && last !== undefined && last.generation === this.generation) return last
    const plan = this.#find(topic)
    if (plan.only === undefined) {
      this.#last = plan
      this.#lastTopic = topic
    }
    return plan
  }

  #find(topic: string): Plan<Local> {
    if (this.#wariness > 0) return this.#getWarily(topic)
    // As a key, what is no text would be turned into one, and pass for a topic that is remembered.
    const plan = typeof topic === 'string' ? this.#young[topic] : undefined
    return plan !== undefined && plan.generation === this.generation
      ? plan
      : this.#lookFurther(topic, plan !== undefined)
  }

  /** The way to the receiver of `topic` that is all there is to know of it; undefined where {@link get} has to be asked. */
  way(topic: string): Local['way'] | undefined {
    if (topic === this.#lastTopic) return undefined
    return this.#wariness === 0 && typeof topic === 'string' ? this.#ways[topic] : undefined
  }

  /** Lets {@link way} know the only receiver of a plan that was got; the second time, as most topics may never come again. */
  rememberWay(plan: Plan<Local>): void {
    // Where it is not read, it was perhaps put there before.
    if (plan.only !== undefined && plan.wasUsed && this.#wariness === 0) {
      this.#ways[plan.topic] = plan.only.way
      this.#hasWays = true
    }
    plan.wasUsed = true
  }

  /** The receivers of one topic changed. */
  forget(topic: string): void {
    this.changes++
    this.#forgetLast()
    if (this.#hasWays) delete this.#ways[topic]
    for (const plan of [this.#young[topic], this.#old[topic]]) if (plan !== undefined) plan.generation = -1
  }

  /** The receivers of any topic may have changed. */
  forgetAll(): void {
    this.changes++
    this.generation++
    this.#forgetLast()
    this.#forgetWays()
  }

  #forgetLast(): void {
    this.#last = undefined
    this.#lastTopic = ''
  }

  #forgetWays(): void {
    if (!this.#hasWays) return
    this.#ways = Object.create(null)
    this.#hasWays = false
  }

  #getWarily(topic: string): Plan<Local> {
    if (typeof topic !== 'string') throw invalidTopic(topic)
    // Before anything else: a string that was put together becomes one piece by this, which everything else is faster with.
    this.#mustBeMeant(topic)
    const isYoung = Object.hasOwn(this.#young, topic)
    const plan = isYoung ? this.#young[topic] : undefined
    if (plan === undefined || plan.generation !== this.generation) return this.#lookFurther(topic, isYoung)
    this.#wariness--
    return plan
  }

  #lookFurther(topic: string, isYoung: boolean): Plan<Local> {
    // A lone surrogate has no UTF-8: on the way to the core it would become another topic.
    if (typeof topic !== 'string' || !topic.isWellFormed()) throw invalidTopic(topic)
    const old = this.#hasOld && Object.hasOwn(this.#old, topic) ? this.#old[topic] : undefined
    const plan = old !== undefined && old.generation === this.generation ? old : this.#resolve(topic)
    if (isYoung) this.#young[topic] = plan
    else if (old !== undefined || this.#isWelcome()) this.#remember(topic, plan)
    if (!isYoung && old === undefined) this.#wariness = WARINESS
    return plan
  }

  /** Whether the topic that was just looked up, and is not remembered, is to be. */
  #isWelcome(): boolean {
    return this.#youngCount < this.#welcome || this.#sights.isSecond(this.#hash)
  }

  #remember(topic: string, plan: Plan<Local>): void {
    if (++this.#youngCount > this.#capacity) {
      this.#old = this.#young
      this.#hasOld = true
      this.#young = Object.create(null)
      this.#youngCount = 1
      this.#forgetWays()
    }
    this.#young[topic] = plan
  }

  #mustBeMeant(topic: string): void {
    if (topic.charCodeAt(0) === DOLLAR && !this.#ofAddresses) throw reservedTopic(topic)
  }

  #resolve(topic: string): Plan<Local> {
    this.#mustBeMeant(topic)
    const words = this.#askCore(topic)
    // One by one: to take an array of numbers apart goes through an iterator.
    const matched = words[0] ?? 0
    const localCount = words[1] ?? 0
    const remoteCount = words[2] ?? 0
    const handlerCount = words[3] ?? 0
    const heldCount = words[4] ?? 0
    this.#hash = words[5] ?? 0
    // Nothing is made of what there is none of: a stream of new topics is looked up as fast as this is.
    let at = COUNT_WORDS
    const locals: Local[] = []
    for (const end = at + localCount; at < end; at++) {
      const local = this.#localOf(words[at] ?? 0)
      if (local !== undefined) locals.push(local)
    }
    const remotes = remoteCount === 0 ? NONE : [...words.subarray(at, at + remoteCount)]
    at += remoteCount
    const handlers = handlerCount === 0 ? NONE : this.#best(words, at, handlerCount)
    at += handlerCount * HANDLER_WORDS
    const held =
      heldCount === 0 ? NONE : this.#recipients(words.subarray(at, at + heldCount * RECIPIENT_WORDS))
    return new Plan(topic, this.#termsOf(topic), this.generation, matched, locals, remotes, held, handlers)
  }

  #best(words: Uint32Array, first: number, count: number): Candidate<Local>[] {
    return bestTier(words, first, count).map((start): Candidate<Local> => {
      const [endpoint = 0, attachment = 0] = words.subarray(start)
      const [weight = 1, flags = 0] = words.subarray(start + 4)
      return { endpoint, attachment, weight, flags, local: this.#localOf(endpoint) }
    })
  }

  #askCore(topic: string): Uint32Array {
    this.#lookups++
    if (--this.#sampler.countdown > 0) return this.#attachment.resolve(topic)
    const weight = this.#sampler.take()
    if (weight === 0) return this.#attachment.resolve(topic)
    const startMs = monotonicMs()
    const words = this.#attachment.resolve(topic)
    this.#meters.route.record(monotonicMs() - startMs, weight)
    this.#meters.matches.record(words[0] ?? 0, weight)
    return words
  }

  /** All subscriptions of a topic one by one, for a message that has to reach each of them by itself. */
  subscribers(topic: string): readonly Recipient<Local>[] {
    return this.#recipients(this.#attachment.subscribers(topic))
  }

  /** All handlers of a topic, of every tier. */
  handlers(topic: string): readonly Recipient<Local>[] {
    // For the check of the topic, which is the same as that of a message.
    this.get(topic)
    const words = this.#attachment.resolve(topic)
    const [, localCount = 0, remoteCount = 0, handlerCount = 0] = words
    const first = COUNT_WORDS + localCount + remoteCount
    return Array.from({ length: handlerCount }, (_, index) => {
      const [endpoint = 0, attachment = 0] = words.subarray(first + index * HANDLER_WORDS)
      const flags = words[first + index * HANDLER_WORDS + 5] ?? 0
      return { endpoint, attachment, flags, local: this.#localOf(endpoint) }
    })
  }

  #recipients(words: Uint32Array): Recipient<Local>[] {
    return Array.from({ length: words.length / RECIPIENT_WORDS }, (_, index) => {
      const [endpoint = 0, attachment = 0, flags = 0] = words.subarray(index * RECIPIENT_WORDS)
      return { endpoint, attachment, flags, local: this.#localOf(endpoint) }
    })
  }
}

const NONE: readonly never[] = []
const DOLLAR = 36

/** After a new topic, so many known ones are looked for with care. One that is new takes longer than the care for these. */
const WARINESS = 16

/** How many of each there are, and the hash of the topic, before the first of them. */
const COUNT_WORDS = 6
/** Endpoint, attachment, priority, specificity, weight, flags. */
const HANDLER_WORDS = 6
/** Endpoint, attachment, flags. */
const RECIPIENT_WORDS = 3

/** Where the handlers start that share the first one's priority and specificity: one of them is to get the message. */
function bestTier(words: Uint32Array, first: number, count: number): number[] {
  const starts: number[] = []
  for (let index = 0; index < count; index++) {
    const start = first + index * HANDLER_WORDS
    if (words[start + 2] !== words[first + 2] || words[start + 3] !== words[first + 3]) break
    starts.push(start)
  }
  return starts
}
