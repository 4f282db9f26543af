/** Random operations on deliveries, done to a core and to the model of it, which have to agree after each. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import fc from 'fast-check'
import { bounds, cores, layout } from './cores.js'
import { type CoreName, Member } from './delivering.js'
import {
  DeliveryModel,
  type Endpoint,
  type Expected,
  KINDS,
  SERVICE,
  type Sent,
  STEP_MS,
  sees,
  topicsFor,
} from './delivery-model.js'
import type { Read } from './frames.js'

/** What is done, and how often as compared with the rest. */
const WEIGHTS = {
  join: 2,
  leave: 2,
  register: 8,
  unregister: 3,
  withdraw: 1,
  send: 14,
  claimAndSend: 6,
  claim: 2,
  unclaim: 1,
  settle: 8,
  release: 6,
  attempt: 3,
  advance: 6,
  schedule: 2,
  bury: 1,
} as const

/** An operation: what is done to what is said by numbers, of which any will do. */
export interface Operation {
  readonly act: keyof typeof WEIGHTS
  readonly a: number
  readonly b: number
  readonly c: number
}

const acts = Object.entries(WEIGHTS).map(([act, weight]) => ({
  weight,
  arbitrary: fc.constant(act as Operation['act']),
}))

/** A list of operations. */
export const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.record({ act: fc.oneof(...acts), a: fc.nat(1_000), b: fc.nat(1_000), c: fc.nat(1_000) }),
  { minLength: 1, maxLength: 80, size: 'max' },
)

const MOST_SEATS = 4
const MOST_OF_A_KIND = 4
const ADVANCES_MS = [1, 20, 1_000, 2_900, 4_300, 10_000].map((steps) => steps * STEP_MS)
const LANES = [layout.LANE_CRITICAL, layout.LANE_NORMAL]

/** What was seen at which seat. */
interface Seen {
  readonly seat: number
  readonly read: Read
}

/** One run; throws at the first operation after which core and model differ. */
export class DeliveryRun {
  /** What was seen, in words that are the same on each core as long as nothing is left to its choice. */
  readonly log: string[] = []
  readonly #core: CoreName
  readonly #name: string
  /** Whether a core has no choice. */
  readonly #isStrict: boolean
  readonly #model = new DeliveryModel()
  readonly #members: Member[] = []
  readonly #endpointIds: number[] = []
  #scheduled: { readonly seat: number; readonly dueMs: number; readonly text: string }[] = []
  #letters = 0
  #seen: Seen[] = []

  /** @param isStrict - whether there are no equals, so that each core has to do just the same */
  constructor(core: CoreName, name: string, isStrict: boolean) {
    this.#core = core
    this.#name = name
    this.#isStrict = isStrict
    this.#join()
    this.#join()
  }

  /** Does all of them, and leaves. */
  do(all: readonly Operation[]): void {
    try {
      for (const operation of all) {
        this.#do(operation)
        this.#compareHoldings()
      }
    } finally {
      for (const seat of this.#model.present) this.#member(seat).core.detach()
    }
  }

  #do({ act, a, b, c }: Operation): void {
    const { present, endpoints } = this.#model
    const seat = pick(present, a) ?? 0
    const there = pick(
      endpoints.filter(({ state }) => state !== 'gone'),
      b,
    )
    const listed = pick(
      endpoints.filter(({ state }) => state === 'listed'),
      b,
    )
    if (act === 'join' && present.length < MOST_SEATS) this.#join()
    else if (act === 'leave' && present.length > 1) this.#leave(seat)
    else if (act === 'register') this.#register(seat, b, c)
    else if (act === 'unregister' && there !== undefined) this.#unregister(there)
    else if (act === 'withdraw' && listed !== undefined) this.#withdraw(listed)
    else if (act === 'send') this.#sendTo(seat, b, c)
    else if (act === 'claimAndSend' && listed !== undefined) this.#claim(seat, listed, c, true)
    else if (act === 'claim' && listed !== undefined) this.#claim(seat, listed, c, false)
    else if (act === 'unclaim' && listed !== undefined) this.#unclaim(seat, listed, c)
    else if (act === 'settle') this.#settle(seat, b)
    else if (act === 'release') this.#release(b, c)
    else if (act === 'attempt') this.#attempt(b, c)
    else if (act === 'advance') this.#advance(seat, pick(ADVANCES_MS, b) ?? 0)
    else if (act === 'schedule') this.#schedule(seat, b)
    else if (act === 'bury') this.#bury(seat, b)
  }

  #join(): void {
    const core = cores[this.#core].attach(this.#name, '{}', bounds(0), false, true, () => {})
    this.#members.push(new Member(core))
    this.#model.join()
  }

  #leave(seat: number): void {
    this.#member(seat).core.detach()
    this.#check('leave', this.#model.leave(seat))
  }

  #register(seat: number, b: number, c: number): void {
    const { endpoints } = this.#model
    const kind = pick(KINDS, b) ?? KINDS[0]
    if (kind === undefined) return
    const alike = endpoints.filter((other) => other.kind === kind && other.state !== 'gone').length
    if (alike >= (this.#isStrict && !kind.isHandler ? 2 : MOST_OF_A_KIND)) return
    const index = endpoints.length
    const priority = this.#isStrict ? (c % 10) * 1_000 + index : c % 2
    const { pattern, isHandler, dedupe } = kind
    const member = this.#member(seat)
    const service = isHandler ? SERVICE : undefined
    const threadOnly = (b + c) % 5 === 0
    const reception = { priority, dedupe, service, threadOnly }
    this.#endpointIds.push(
      isHandler ? member.handle(pattern, reception) : member.subscribe(pattern, reception),
    )
    this.#check(
      'register',
      this.#model.register({ index, seat, kind, priority, threadOnly, state: 'listed' }),
    )
  }

  #unregister(endpoint: Endpoint): void {
    this.#member(endpoint.seat).core.unregister(this.#idOf(endpoint))
    this.#check('unregister', this.#model.unregister(endpoint))
  }

  #withdraw(endpoint: Endpoint): void {
    this.#member(endpoint.seat).core.withdraw(this.#idOf(endpoint))
    endpoint.state = 'withdrawn'
    this.#check('withdraw', [])
  }

  /** To whichever endpoint there ever was; but a subscription only as long as it is listed. */
  #sendTo(seat: number, b: number, c: number): void {
    const { endpoints } = this.#model
    const known = endpoints
      .filter(({ kind, state }) => kind.isHandler || state === 'listed')
      .filter((endpoint) => sees(seat, endpoint))
    // Mostly to those that are there.
    const listed = known.filter(({ state }) => state === 'listed')
    const endpoint = pick(c % 8 > 0 && listed.length > 0 ? listed : known, b)
    if (endpoint !== undefined) this.#send(seat, endpoint, c)
  }

  #send(seat: number, endpoint: Endpoint, c: number): void {
    const member = this.#member(seat)
    const { kind } = endpoint
    const topic = pick(topicsFor(kind), c) ?? ''
    const lane = pick(LANES, c) ?? 0
    const isLocal = endpoint.seat === seat && c % 3 > 0
    const index = this.#model.sent.length
    const attempt = c % 4 === 0 ? 2 : 0
    const [, number] = member.deliver({
      kind: kind.isHandler ? 'notification' : 'event',
      topic,
      endpoint: this.#idOf(endpoint),
      ...(!isLocal && { target: this.#member(endpoint.seat).id }),
      lane,
      attempt,
      payload: `message ${index}`,
    })
    const fate = { holder: undefined, attempt, waitsSinceMs: 0, claim: undefined, isSettled: false }
    const sent: Sent = { index, seat, number, topic, lane, kind, endpoint, ...fate }
    this.#check(`send ${index}`, this.#model.accept(sent, isLocal))
  }

  /** For handlers that remember together: what becomes of the ids of others when messages move is held in a suite of its own. */
  #claim(seat: number, endpoint: Endpoint, c: number, isSent: boolean): void {
    if (!endpoint.kind.isHandler || endpoint.threadOnly) return
    const id = idFor(endpoint, c, this.#model.nowMs)
    const isFirst = this.#member(seat).core.claim(this.#idOf(endpoint), id)
    deepStrictEqual(isFirst, this.#model.claim(seat, endpoint, id), `claim of ${id}`)
    this.log.push(`claim ${id}: ${isFirst}`)
    if (isFirst && isSent) this.#send(seat, endpoint, c)
  }

  #unclaim(seat: number, endpoint: Endpoint, c: number): void {
    const id = idFor(endpoint, c, this.#model.nowMs)
    this.#member(seat).core.unclaim(this.#idOf(endpoint), id)
    this.#model.unclaim(seat, endpoint, id)
  }

  /** Also what is settled already. */
  #settle(seat: number, b: number): void {
    const sent = pick(b % 4 > 0 ? this.#model.held : this.#model.sent, b)
    if (sent === undefined) return
    this.#member(seat).settle([this.#member(sent.seat).id, sent.number])
    this.#model.settle(sent)
    this.#check('settle', [])
  }

  /** Some of what one seat has in hand, in any order. */
  #release(b: number, c: number): void {
    const inHand = this.#model.held.filter(({ holder }) => holder !== undefined)
    const first = pick(inHand, b)
    if (first?.holder === undefined) return
    const others = inHand.filter((sent) => sent.holder === first.holder && (sent.index * 31 + c) % 3 === 0)
    const given = [...new Set([first, ...others])]
    const named = given.toSorted((one, other) => ((one.index * 7 + c) % 5) - ((other.index * 7 + c) % 5))
    this.#member(first.holder).release(
      ...named.map((sent) => [this.#member(sent.seat).id, sent.number] as const),
    )
    given.sort((one, other) => one.index - other.index)
    this.#check('release', this.#model.release(given))
  }

  #attempt(b: number, c: number): void {
    const sent = pick(
      this.#model.held.filter(({ holder }) => holder !== undefined),
      b,
    )
    if (sent?.holder === undefined) return
    const attempt = c % 9 === 0 ? 70_000 : c % 5
    this.#member(sent.holder).attempted([this.#member(sent.seat).id, sent.number], attempt)
    this.#model.attempted(sent, attempt)
    this.#check('attempt', [])
  }

  #advance(seat: number, ms: number): void {
    this.#member(seat).core.advance(ms)
    const lapsed = this.#model.advance(ms)
    this.#drain()
    this.#checkDue()
    this.#check(`advance ${ms}`, lapsed)
    // Who buries is left to the core where the sender is gone, so nothing may come of it.
    if (this.#isStrict) for (const { sent } of lapsed) this.#buried(sent)
  }

  #buried(sent: Sent): void {
    this.#member(sent.holder ?? 0).settle([this.#member(sent.seat).id, sent.number])
    this.#model.settle(sent)
  }

  #schedule(seat: number, b: number): void {
    // Never at the end of a step.
    const dueMs = this.#model.nowMs + (b % 3_000) * STEP_MS + 3
    const text = `due ${this.#scheduled.length} of ${seat} at ${dueMs}`
    this.#member(seat).schedule(dueMs, text)
    this.#scheduled.push({ seat, dueMs, text })
    this.#check('schedule', [])
  }

  #checkDue(): void {
    const { nowMs, seats } = this.#model
    const due = this.#scheduled.filter(({ dueMs }) => dueMs <= nowMs)
    this.#scheduled = this.#scheduled.filter(({ dueMs }) => dueMs > nowMs)
    const seen = this.#seen.filter(({ read }) => read.kind === layout.KIND_DUE)
    this.#seen = this.#seen.filter(({ read }) => read.kind !== layout.KIND_DUE)
    const texts = seen.map(({ read }) => read.payload.toString()).sort()
    deepStrictEqual(texts, due.map(({ text }) => text).sort(), 'what is due')
    for (const { seat, text } of due) {
      const at = seen.find(({ read }) => read.payload.toString() === text)?.seat
      if (seats[seat]) deepStrictEqual(at, seat, `who gets "${text}"`)
    }
    this.log.push(`due: ${texts.join()}`)
  }

  #bury(seat: number, b: number): void {
    const { core } = this.#member(seat)
    if (b % 4 === 0) this.#letters -= core.removeDeadLetters([b % 7, b % 5])
    else this.#letters++
    if (b % 4 > 0) this.#member(seat).bury(Buffer.from(String(b)))
    const letters = core
      .deadLetters(b % 3, 1_000)
      .map(({ number, bytes }) => `${number} ${Buffer.from(bytes)}`)
    this.log.push(`letters: ${letters.join()}`)
  }

  /** Takes what waits at all seats. */
  #drain(): void {
    for (const seat of this.#model.present) {
      for (const read of this.#member(seat).received()) this.#seen.push({ seat, read })
    }
  }

  /** Whether what is seen is what is expected, no less and no more. */
  #check(act: string, expected: readonly Expected[]): void {
    this.#drain()
    const lines = expected.map((one) => this.#checkOne(one))
    deepStrictEqual(this.#seen, [], `more than is expected after ${act}`)
    this.log.push(`${act}: ${lines.join('; ')}`)
  }

  #checkOne(expected: Expected): string {
    const { sent } = expected
    const sender = this.#member(sent.seat).id
    const place = this.#seen.findIndex(({ read }) => read.sender === sender && read.delivery === sent.number)
    const seen = this.#seen[place]
    ok(seen !== undefined, `message ${sent.index} is missing`)
    // What moves does so in its order: of all that are for the same seat in the same lane it is the first.
    const first = this.#seen.findIndex(({ seat, read }) => seat === seen.seat && read.lane === sent.lane)
    if ('to' in expected) deepStrictEqual(place, first, `message ${sent.index} is not in its order`)
    this.#seen.splice(place, 1)
    const { seat, read } = seen
    // Of what has lapsed, the place of the target tells what it is.
    const kind = sent.kind.isHandler ? layout.KIND_NOTIFICATION : layout.KIND_EVENT
    deepStrictEqual(
      [read.lane, read.topic, read.payload.toString(), read.attempt, read.targets],
      [
        sent.lane,
        sent.topic,
        `message ${sent.index}`,
        sent.attempt,
        ['to' in expected ? this.#member(seat).id : kind],
      ],
      `message ${sent.index}`,
    )
    return 'to' in expected
      ? this.#given(sent, expected.to, seen)
      : this.#lapsed(sent, expected.buriedBy, seen)
  }

  #given(sent: Sent, to: readonly Endpoint[], { seat, read }: Seen): string {
    deepStrictEqual(read.kind, sent.kind.isHandler ? layout.KIND_NOTIFICATION : layout.KIND_EVENT)
    const chosen = to.find((endpoint) => this.#idOf(endpoint) === read.endpoint)
    ok(chosen?.seat === seat, `message ${sent.index} is for endpoint ${read.endpoint} at seat ${seat}`)
    sent.endpoint = chosen
    sent.holder = seat
    return `${sent.index} to ${chosen.index} at ${seat}, ${sent.attempt}`
  }

  #lapsed(sent: Sent, buriedBy: readonly number[], { seat, read }: Seen): string {
    deepStrictEqual(read.kind, layout.KIND_LAPSED)
    ok(buriedBy.includes(seat), `message ${sent.index} is to be buried by seat ${seat}`)
    sent.endpoint = undefined
    sent.holder = seat
    return `${sent.index} lapsed`
  }

  #compareHoldings(): void {
    const { held, parked, present } = this.#model
    const { core } = this.#member(present[0] ?? 0)
    const { heldBytes, retainedBytes, ...counts } = core.holdings()
    const nothing = held.length + this.#scheduled.length === 0
    ok(nothing ? heldBytes === 0 : heldBytes > 0, `${heldBytes} bytes are held`)
    strictEqual(retainedBytes, 0)
    deepStrictEqual(counts, {
      held: held.length,
      parked: parked.length,
      scheduled: this.#scheduled.length,
      retained: 0,
      deadLetters: this.#letters,
      deadLettersEvicted: 0,
    })
  }

  #member(seat: number): Member {
    const member = this.#members[seat]
    if (member === undefined) throw new Error(`there is no seat ${seat}`)
    return member
  }

  #idOf({ index }: Endpoint): number {
    return this.#endpointIds[index] ?? 0
  }
}

/** No period in which the ids for handlers are the same is longer. */
const EPOCH_MS = 50_000

/**
 * One of a few ids, of which none is of more than one pattern. Those for handlers are never used again when they are
 * forgotten: a message may have been processed under another pattern, where its id is remembered for longer.
 */
function idFor({ kind: { pattern, isHandler } }: Endpoint, c: number, nowMs: number): string {
  return isHandler ? `${pattern} ${c % 6} of ${Math.floor(nowMs / EPOCH_MS)}` : `${pattern} ${c % 6}`
}

function pick<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % items.length]
}
