/**
 * The plans of this thread by topic: routing decisions are made in the core, and remembered here.
 *
 * It is bounded by two generations of entries: when the young one is full it becomes the old one, whose entries are
 * dropped unless they are asked for again. So a topic in use stays, and a stream of new topics costs no bookkeeping.
 */
import type { CoreAttachment } from '../core/core.js'
import { invalidTopic, reservedTopic } from '../errors.js'
import { type Candidate, Plan } from './plan.js'

/** The cache; see the head of this file. */
export class PlanCache<Local> {
  readonly #attachment: CoreAttachment
  readonly #localOf: (endpoint: number) => Local | undefined
  readonly #capacity: number
  readonly #ofAddresses: boolean
  // Objects without a prototype: the fastest map by string there is, and no key is special.
  #young: Record<string, Plan<Local>> = empty()
  #old: Record<string, Plan<Local>> = empty()
  #youngCount = 0
  /** Grows when every plan is outdated. */
  generation = 0
  /** Grows when any plan is outdated, also one that is not remembered here any more. */
  changes = 0

  /**
   * @param localOf - this thread's receiver of an id, if it is in this thread
   * @param topics - how many topics are remembered, at most
   * @param ofAddresses - whether its topics are those that addresses stand for
   */
  constructor(
    attachment: CoreAttachment,
    localOf: (endpoint: number) => Local | undefined,
    topics: number,
    ofAddresses: boolean,
  ) {
    this.#attachment = attachment
    this.#ofAddresses = ofAddresses
    this.#localOf = localOf
    this.#capacity = Math.ceil(topics / 2)
  }

  /** The plan of `topic`; throws `ERR_BUS_INVALID_TOPIC`. */
  get(topic: string): Plan<Local> {
    // As a key, what is no text would be turned into one, and pass for a topic that is remembered.
    const plan = typeof topic === 'string' ? this.#young[topic] : undefined
    return plan !== undefined && plan.generation === this.generation ? plan : this.#lookFurther(topic)
  }

  /** The receivers of one topic changed. */
  forget(topic: string): void {
    this.changes++
    for (const plan of [this.#young[topic], this.#old[topic]]) if (plan !== undefined) plan.generation = -1
  }

  /** The receivers of any topic may have changed. */
  forgetAll(): void {
    this.changes++
    this.generation++
  }

  #lookFurther(topic: string): Plan<Local> {
    // A lone surrogate has no UTF-8: on the way to the core it would become another topic.
    if (typeof topic !== 'string' || !topic.isWellFormed()) throw invalidTopic(topic)
    let plan = this.#old[topic]
    if (plan === undefined || plan.generation !== this.generation) plan = this.#resolve(topic)
    if (this.#young[topic] === undefined && ++this.#youngCount > this.#capacity) {
      this.#old = this.#young
      this.#young = empty()
      this.#youngCount = 1
    }
    this.#young[topic] = plan
    return plan
  }

  #resolve(topic: string): Plan<Local> {
    if (topic.startsWith('$') && !this.#ofAddresses) throw reservedTopic(topic)
    const words = this.#attachment.resolve(topic)
    const [matched = 0, localCount = 0, remoteCount = 0, handlerCount = 0] = words
    let at = 4
    const locals: Local[] = []
    for (const end = at + localCount; at < end; at++) {
      const local = this.#localOf(words[at] ?? 0)
      if (local !== undefined) locals.push(local)
    }
    const remotes = [...words.subarray(at, at + remoteCount)]
    at += remoteCount
    const handlers = bestTier(words, at, handlerCount).map((start): Candidate<Local> => {
      const endpoint = words[start] ?? 0
      const attachment = words[start + 1] ?? 0
      return { endpoint, attachment, weight: words[start + 4] ?? 1, local: this.#localOf(endpoint) }
    })
    return new Plan(topic, this.generation, matched, locals, remotes, handlers)
  }
}

/** Where the handlers start that share the first one's priority and specificity: one of them is to get the message. */
function bestTier(words: Uint32Array, first: number, count: number): number[] {
  const starts: number[] = []
  for (let index = 0; index < count; index++) {
    const start = first + index * 5
    if (words[start + 2] !== words[first + 2] || words[start + 3] !== words[first + 3]) break
    starts.push(start)
  }
  return starts
}

function empty<Local>(): Record<string, Plan<Local>> {
  return Object.create(null)
}
