/**
 * One receiver with its mailbox: a bounded queue, and a limit on the handlers that run at a time.
 *
 * Whatever a handler does stays here: that it throws, rejects, never settles or returns a thenable that throws is
 * counted, told to {@link Outcomes}, and disturbs neither the sender nor another receiver. A message that the core holds is
 * tried again, as its retry policy says; its verdict is that of its {@link Handling}.
 */
import type { Pattern } from '../contract/patterns.js'
import type { EndpointStats } from '../contract/stats.js'
import { handlerGone } from '../errors.js'
import { PLAIN } from '../link/envelope.js'
import { FAR } from '../link/sampler.js'
import { MAX_INTEGER } from '../options/check.js'
import { PRIORITIES } from '../options/defaults.js'
import type { EndpointSettings } from '../options/receive.js'
import type { Answering } from './answering.js'
import { Batches } from './batches.js'
import { Bundling } from './bundling.js'
import type { Caller } from './caller.js'
import { Counts, type Meters } from './counts.js'
import { DirectWay } from './direct-way.js'
import type { Dispatcher } from './dispatcher.js'
import { type EndpointParts, isSimple } from './endpoint-parts.js'
import { Front } from './front.js'
import type { Gated } from './gate.js'
import { Mailbox } from './mailbox/mailbox.js'
import { type MailboxListener, Offered } from './mailbox/outcome.js'
import { MessageWithParams, type Origin, ReceivedMessage } from './message.js'
import { type MessageBundle, PLAIN_LANE } from './message-bundle.js'
import { overflowOf } from './overflow.js'
import { laneOf, Queued } from './queued.js'
import { call, type RunListener } from './runner.js'
import { Stopwatches } from './stopwatch.js'
import { Tries } from './tries.js'
import { Waits } from './waits.js'

const NOTHING = new Counts()

/** The endpoint; see the head of this file. */
export class Endpoint extends Front implements RunListener<ReceivedMessage>, MailboxListener<Queued>, Gated {
  readonly id: number
  readonly pattern: Pattern
  readonly settings: EndpointSettings
  /** What it answers requests with, where they need nothing but that and a slot. */
  readonly answering: Answering | undefined
  readonly #parts: EndpointParts
  readonly #mailbox: Mailbox<Queued, MessageBundle>
  readonly #tries: Tries
  readonly #batches: Batches | undefined
  /** Made when the first message waits that needs no entry for that. */
  #bundling: Bundling | undefined
  /** Of all messages but requests. */
  readonly #counts = new Counts()
  /** Of requests; the same where there are none. */
  readonly requests: Counts
  #stopwatches: Stopwatches<ReceivedMessage> | undefined
  /** Whether a message has a key that others may have, too. */
  readonly #hasKeys: boolean
  /** Whether a message is to be known as an entry of the mailbox even where it could start without. */
  readonly #needsEntry: boolean
  /** The most urgent lane that is refused above the high mark; beyond the last where none is. */
  readonly #shedFrom: number
  #removed = false
  #isPaused = false
  readonly #waits = new Waits()

  constructor(parts: EndpointParts) {
    const { id, pattern, settings, now } = parts
    const { batch, concurrency, capacity, orderBy, overflow } = settings
    const simple = isSimple(parts)
    super(simple ? parts.bare : undefined)
    this.answering = simple ? parts.answering : undefined
    const isMeasured = parts.metersOf !== undefined
    if (!isMeasured) this.countdown = FAR
    this.id = id
    this.pattern = pattern
    this.settings = settings
    this.#parts = parts
    this.requests = parts.isHandler ? new Counts() : this.#counts
    if (!isMeasured) this.requests.countdown = FAR
    const marks = { high: settings.highWatermark, low: settings.lowWatermark }
    const ordered = orderBy !== undefined
    const places = batch === undefined ? concurrency : Math.min(concurrency * batch.size, MAX_INTEGER)
    this.#mailbox = new Mailbox({ concurrency: places, capacity, ordered, ...marks }, this, now, this)
    this.#hasKeys = ordered || overflow === 'latest'
    this.#needsEntry = this.#hasKeys || parts.gate !== undefined
    this.#shedFrom = settings.shed === undefined ? PRIORITIES.length : PRIORITIES.indexOf(settings.shed)
    this.#tries = new Tries(this, parts, this.#countsOf, this.#mailbox)
    if (batch !== undefined) {
      const pumpSoon = (): void => parts.dispatcher.resume(this)
      this.#batches = new Batches(this, parts, batch, this.#mailbox, this.#tries, pumpSoon)
    }
  }

  /** Counters and levels; see {@link EndpointStats}. */
  stats(): EndpointStats {
    this.takeOver()
    const one = this.#counts
    const two = this.#parts.isHandler ? this.requests : NOTHING
    return {
      accepted: one.accepted + two.accepted,
      processed: one.processed + two.processed,
      failed: one.failed + two.failed,
      deadLettered: one.deadLettered + two.deadLettered,
      dropped: one.dropped + two.dropped,
      expired: one.expired + two.expired,
      refused: one.refused + two.refused,
      retried: one.retried + two.retried,
      ...this.levels,
    }
  }

  /** How much it has in hand. */
  get levels(): Pick<EndpointStats, 'running' | 'queued' | 'postponed'> {
    const { length: queued, postponed } = this.#mailbox
    return { running: this.#inHand, queued, postponed }
  }

  /** Adds what it has in hand to `levels`: how much runs, is queued, is postponed. */
  addLevels(levels: number[]): void {
    const { length, postponed } = this.#mailbox
    levels[0] = (levels[0] ?? 0) + this.#inHand
    levels[1] = (levels[1] ?? 0) + length
    levels[2] = (levels[2] ?? 0) + postponed
  }

  /** Shows what became of its messages, kind by kind. */
  eachKind(visit: (kind: ReceivedMessage['kind'], counts: Counts) => void): void {
    this.takeOver()
    if (!this.#parts.isHandler) {
      visit('event', this.#counts)
      return
    }
    visit('notification', this.#counts)
    visit('request', this.requests)
  }

  /** How many messages are done with, however they ended. */
  get finished(): number {
    return this.#sum('finished')
  }

  get isIdle(): boolean {
    return this.calls === 0 && this.#mailbox.isIdle && this.#mailbox.waiting === 0
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    return this.#when(() => this.isIdle)
  }

  /** Whether nothing waits, and nothing runs but what is excused. */
  get isDrained(): boolean {
    if (this.isIdle) return true
    const { length, waiting } = this.#mailbox
    return length === 0 && waiting === 0 && this.#inHand <= this.#waits.excused
  }

  /** How many run. */
  get #inHand(): number {
    return this.#mailbox.running + this.calls
  }

  /** Resolves when it is drained. */
  drained(): Promise<void> {
    return this.#when(() => this.isDrained)
  }

  /** From inside a call of its handler something is done that waits for the endpoint: it is not to wait for that call. */
  excuse(caller: Caller): void {
    this.#waits.excuse(caller)
    this.#tell()
  }

  /** What its calls are made for. */
  get receiver(): this {
    return this
  }

  get dispatcher(): Dispatcher {
    return this.#parts.dispatcher
  }

  pause(): void {
    this.#isPaused = true
    this.#rest()
  }

  resume(): void {
    this.#isPaused = false
    this.#rest()
    this.#parts.dispatcher.resume(this)
  }

  get queued(): number {
    return this.#mailbox.length
  }

  gateMoved(): void {
    this.#rest()
    if (this.#parts.gate?.refusesRequests === true) this.#refuseRequests()
    if (this.#mailbox.length > 0) this.#parts.dispatcher.resume(this)
    else this.#tell()
  }

  /** Takes a message, or refuses it as its kind asks for; called by the dispatcher only. */
  offer(given: ReceivedMessage): void {
    const { outcomes, now } = this.#parts
    const message = this.#asAskedFor(given)
    const counts = this.#countsOf(message)
    const isOver = this.settings.once && this.#sum('accepted') > 0
    if (this.#removed || isOver) {
      counts.refused++
      outcomes.refused(this, message, isOver ? 'over' : 'gone', false)
      return
    }
    const { delivery } = ReceivedMessage.originOf(message)
    const { expiresMs } = ReceivedMessage.envelopeOf(message) ?? PLAIN
    if (expiresMs !== 0 && expiresMs <= now()) {
      counts.refused++
      outcomes.refused(this, message, 'expired', false)
    } else if (delivery === undefined && !this.#needsEntry && this.#mailbox.tryStart()) {
      counts.accepted++
      if (message.kind !== 'request') outcomes.accepted(this, message)
      this.#start(message, counts)
    } else {
      this.#enter(message, counts)
    }
  }

  /**
   * Lets an event wait of which nothing is said, without an entry. Returns false where it may start at once, or needs one;
   * then nothing has happened.
   *
   * @param message - what else it has been made for; left out where that is nothing
   */
  tryQueue(
    topic: string,
    payload: unknown,
    origin: Origin,
    sequence: number,
    message?: ReceivedMessage,
  ): boolean {
    this.shut()
    // One that is to be timed has an entry; what is refused above the high mark has none.
    if (this.simple === undefined || (this.countdown <= 1 && !this.passesOver())) return false
    if (this.#mailbox.isHigh && this.#shedFrom <= PLAIN_LANE) return false
    this.#bundling ??= new Bundling(this, this.#parts, this.#mailbox)
    if (!this.#bundling.queue(topic, payload, origin, sequence, message)) return false
    this.countdown--
    this.#counts.accepted++
    if (this.#mailbox.running < this.settings.concurrency) this.goOn()
    return true
  }

  /** Counts a message whose deadline had passed when it arrived: nobody waits for it any more. */
  ignoreLate(kind: ReceivedMessage['kind']): void {
    const counts = kind === 'request' ? this.requests : this.#counts
    counts.refused++
  }

  /** Starts what may start; called by the dispatcher only. */
  pump(): void {
    if (this.#batches !== undefined) this.#batches.pump()
    else this.#startNext()
    if (this.isAwaited) this.#tell()
  }

  /** Throws away what has not been started, and takes nothing more. What runs goes on. */
  remove(): void {
    this.#removed = true
    this.shut()
    // Nothing comes directly any more: see `passesOver()` and `isFreeToAnswer()`.
    this.countdown = 1
    this.requests.countdown = 1
    const { accepted, waiting } = this.#mailbox.clear()
    for (const entry of accepted) {
      this.#tries.forget(entry)
      this.#countsOf(entry.message).dropped++
      this.#parts.outcomes.refused(this, entry.message, 'gone', true)
    }
    for (const { message } of waiting) {
      this.#countsOf(message).refused++
      this.#parts.outcomes.refused(this, message, 'gone', false)
    }
    this.#tell()
  }

  /** Whether it takes nothing more. */
  get isRemoved(): boolean {
    return this.#removed
  }

  /** The message as the handler sees it. */
  seen(message: ReceivedMessage): ReceivedMessage {
    const { paramsOf } = this.#parts
    return paramsOf === undefined ? message : new MessageWithParams(message, paramsOf)
  }

  // What its mailbox tells.

  dropped({ message }: Queued): void {
    this.#countsOf(message).dropped++
    this.#parts.outcomes.refused(this, message, 'overloaded', true)
  }

  expired(entry: Queued): void {
    this.#tries.forget(entry)
    this.#countsOf(entry.message).expired++
    this.#parts.outcomes.refused(this, entry.message, 'expired', true)
    this.goOn()
  }

  admitted(entry: Queued): void {
    this.#accept(entry)
  }

  lapsed({ message }: Queued): void {
    this.#countsOf(message).refused++
    this.#parts.outcomes.refused(this, message, 'late', false)
  }

  high(): void {
    this.#parts.outcomes.watermark(this, 'high', this.#mailbox.length)
  }

  low(): void {
    this.#parts.outcomes.watermark(this, 'low', this.#mailbox.length)
  }

  // What a handler does with a message that has no entry.

  fulfilled(message: ReceivedMessage, value: unknown): void {
    this.#mailbox.done()
    this.#countsOf(message).processed++
    this.#parts.outcomes.processed(this, message, value)
    ReceivedMessage.ended(message)
    this.goOn()
  }

  rejected(message: ReceivedMessage, error: unknown): void {
    this.#mailbox.done()
    this.#countsOf(message).failed++
    this.#parts.outcomes.failed(this, message, error)
    ReceivedMessage.ended(message)
    this.goOn()
  }

  /** A message that has a slot has failed, which its handler did not see: it is made to be told of. */
  failedUnseen(error: unknown, message: ReceivedMessage): void {
    ReceivedMessage.started(message, this)
    this.rejected(message, error)
  }

  /** A message has ended of which nobody is to be told. */
  processedUnseen(): void {
    this.#mailbox.done()
    this.#counts.processed++
    if (this.length > 0) this.#parts.dispatcher.resume(this)
    else if (this.isAwaited) this.#tell()
  }

  /** Something has ended: what waits may start. */
  goOn(): void {
    if (this.settings.once && this.finished > 0) this.#parts.onOnce(this)
    if (this.#mailbox.length > 0) this.#parts.dispatcher.resume(this)
    else this.#tell()
  }

  #startNext(): void {
    for (;;) {
      if (this.#bundling?.start() === true) continue
      const entry = this.#mailbox.take()
      if (entry === undefined) return
      this.#tries.run(entry)
    }
  }

  #enter(message: ReceivedMessage, counts: Counts): void {
    if (ReceivedMessage.isPlain(message)) {
      const origin = ReceivedMessage.originOf(message)
      const sequence = ReceivedMessage.sequenceOf(message)
      if (this.tryQueue(message.topic, message.payload, origin, sequence, message)) return
    }
    // Before it is overloaded: that would be the end of it, and another endpoint can answer it.
    if (message.kind === 'request' && this.#parts.gate?.refusesRequests === true) {
      counts.refused++
      this.#parts.outcomes.refused(this, message, 'open', false)
      return
    }
    const policy = overflowOf(this.settings, message)
    // Before anything is made of it: a flood at a full mailbox must not cost the healthy ones beside it.
    if ((policy === 'drop-newest' || policy === 'reject') && this.#mailbox.isFull()) {
      this.#refuse(message, counts)
      return
    }
    const { delivery } = ReceivedMessage.originOf(message)
    if (delivery === undefined && this.#mailbox.isHigh && laneOf(message) >= this.#shedFrom) {
      this.#refuse(message, counts)
      return
    }
    if (delivery !== undefined && delivery.attempts >= this.#tries.retryOf(message.topic).attempts) {
      // The thread that had it ended each time, and that may be its doing.
      this.#failAtOnce(message, handlerGone(message.topic, this.id))
      return
    }
    let key: string | undefined
    try {
      key = this.#hasKeys ? this.#keyOf(message) : undefined
    } catch (error) {
      this.#failAtOnce(message, error)
      return
    }
    ReceivedMessage.stamp(message)
    const entry = new Queued(message, key)
    switch (this.#mailbox.offer(entry, policy)) {
      case Offered.started:
        this.#accept(entry)
        this.#tries.run(entry)
        break
      case Offered.queued:
      case Offered.replaced:
        this.#accept(entry)
        this.#parts.outcomes.queued(this, message, true)
        // With a slot free it waits for its key; another may be next now.
        if (this.#mailbox.running < this.settings.concurrency) this.goOn()
        break
      case Offered.waiting:
        this.#parts.outcomes.queued(this, message, false)
        break
      default:
        this.#refuse(message, counts)
    }
  }

  /** What is queued starts as long as neither its user nor its gate is against it. */
  #rest(): void {
    const rests = this.#isPaused || this.#parts.gate?.room === 0
    const queue = this.#batches ?? this.#mailbox
    if (rests) queue.pause()
    else queue.resume()
  }

  /** Requests need not wait until it is usable again. */
  #refuseRequests(): void {
    for (const entry of this.#mailbox.queued(({ message }) => message.kind === 'request')) {
      if (!this.#mailbox.remove(entry)) continue
      this.requests.dropped++
      this.#parts.outcomes.refused(this, entry.message, 'open', true)
    }
  }

  #refuse(message: ReceivedMessage, counts: Counts): void {
    counts.refused++
    this.#parts.outcomes.refused(this, message, 'overloaded', false)
  }

  #accept(entry: Queued): void {
    const counts = this.#countsOf(entry.message)
    counts.accepted++
    if (this.#isTimed(counts)) this.#time(entry, counts)
    if (entry.message.kind !== 'request') this.#parts.outcomes.accepted(this, entry.message)
  }

  /** A message to which nothing can be done: it would be no different the next time. */
  #failAtOnce(message: ReceivedMessage, error: unknown): void {
    const { outcomes } = this.#parts
    const { delivery } = ReceivedMessage.originOf(message)
    const counts = this.#countsOf(message)
    counts.accepted++
    if (message.kind !== 'request') outcomes.accepted(this, message)
    if (delivery === undefined) {
      counts.failed++
      outcomes.failed(this, message, error)
    } else {
      delivery.failed(error, Date.now())
      counts.deadLettered++
      outcomes.buried(this, message, error, 'attempts')
    }
  }

  /** Who asks for at most once gets a message that the core need not hold, whatever its sender asked for. */
  #asAskedFor(message: ReceivedMessage): ReceivedMessage {
    if (this.settings.guarantee !== 'at-most-once') return message
    if (ReceivedMessage.originOf(message).delivery === undefined) return message
    this.#parts.outcomes.acknowledged(this, message)
    return ReceivedMessage.unheld(message)
  }

  /** Throws what the user's function throws. */
  #keyOf(message: ReceivedMessage): string | undefined {
    const { orderBy, overflow } = this.settings
    const key = orderBy === undefined ? message.key : orderBy(message.payload, this.seen(message))
    return key === undefined && overflow === 'latest' ? message.topic : key
  }

  #start(message: ReceivedMessage, counts: Counts): void {
    if (!this.#isTimed(counts)) {
      this.start(message)
      return
    }
    ReceivedMessage.started(message, this)
    this.#startTimed(message, counts)
  }

  /** Gives a message that has a slot and no entry to the handler. */
  start(message: ReceivedMessage): void {
    ReceivedMessage.started(message, this)
    call(this.#parts.handler, message.payload, this.seen(message), message, this)
  }

  #startTimed(message: ReceivedMessage, counts: Counts): void {
    const { handler, now } = this.#parts
    const weight = this.#weigh(counts)
    const meters = weight === 0 ? undefined : this.#metersOf(message, counts)
    const seen = this.seen(message)
    if (meters === undefined) {
      call(handler, message.payload, seen, message, this)
      return
    }
    meters.queueing.record(0, weight)
    this.#stopwatches ??= new Stopwatches(this, now)
    const watch = this.#stopwatches.start(message, meters.handling, weight)
    call(handler, message.payload, seen, watch, this.#stopwatches)
  }

  /** Has what becomes of an entry timed. */
  #time(entry: Queued, counts: Counts): void {
    const weight = this.#weigh(counts)
    if (weight === 0) return
    entry.meters = this.#metersOf(entry.message, counts)
    entry.weight = weight
    entry.acceptedMs = this.#parts.now()
  }

  #metersOf(message: ReceivedMessage, counts: Counts): Meters | undefined {
    counts.meters ??= this.#parts.metersOf?.(message.kind)
    return counts.meters
  }

  readonly #countsOf = (message: ReceivedMessage): Counts =>
    message.kind === 'request' ? this.requests : this.#counts

  /** Counts a message; tells whether it is to be timed. All but requests are counted down in the front. */
  #isTimed(counts: Counts): boolean {
    return counts === this.#counts ? --this.countdown === 0 : --counts.countdown === 0
  }

  protected makeWay(): DirectWay {
    return new DirectWay(this.blind, this)
  }

  protected passesOver(): boolean {
    if (this.#removed || !this.#counts.passesOver()) return false
    this.countdown = this.#counts.countdown
    return true
  }

  /** For how many messages stands the one that is timed; 0 where it is not. */
  #weigh(counts: Counts): number {
    const weight = counts.take()
    if (counts === this.#counts) this.countdown = this.#parts.metersOf === undefined ? FAR : counts.countdown
    return weight
  }

  /** Puts what the front has counted to the rest: what is read of the counts after this is all there is. */
  takeOver(): void {
    this.reckon()
    this.#counts.accepted += this.accepted
    this.#counts.processed += this.processed - this.calls
    this.accepted = 0
    this.processed = this.calls
  }

  #sum(name: 'accepted' | 'finished'): number {
    this.takeOver()
    return this.#parts.isHandler ? this.#counts[name] + this.requests[name] : this.#counts[name]
  }

  #when(isOver: () => boolean): Promise<void> {
    const over = this.#waits.until(isOver)
    this.shut()
    this.isAwaited = this.#waits.isAny
    return over
  }

  /** Tells those whose waiting is over. */
  #tell(): void {
    this.#waits.tell()
    this.isAwaited = this.#waits.isAny
  }
}
