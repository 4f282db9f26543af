/**
 * Hands messages over in arrays: as soon as there are enough of them, or the first has waited for others long enough. A
 * batch takes one place of the endpoint's concurrency, until all of its messages are done with, or at least their tries
 * are over: a part of it would make a small batch of the next.
 */
import type { Message } from '../contract/messages.js'
import type { TimerId } from '../link/timers.js'
import type { BatchSettings } from '../options/receive.js'
import type { EndpointParts } from './endpoint-parts.js'
import type { Mailbox } from './mailbox/mailbox.js'
import type { Queued } from './queued.js'
import { call, type RunListener } from './runner.js'
import type { Tries, Try } from './tries.js'

/** The batches of one endpoint. Its mailbox rests, so that nothing starts by itself. */
export class Batches implements RunListener<readonly Try[]> {
  readonly receiver: object
  readonly #parts: EndpointParts
  readonly #settings: BatchSettings
  readonly #mailbox: Mailbox<Queued>
  readonly #tries: Tries
  readonly #pumpSoon: () => void
  #running = 0
  #isPaused = false
  /** Set while messages wait for others. */
  #linger: TimerId | undefined
  #hasWaited = false

  /**
   * @param receiver - the endpoint
   * @param pumpSoon - has {@link pump} called when it is the endpoint's turn
   */
  constructor(
    receiver: object,
    parts: EndpointParts,
    settings: BatchSettings,
    mailbox: Mailbox<Queued>,
    tries: Tries,
    pumpSoon: () => void,
  ) {
    this.receiver = receiver
    this.#parts = parts
    this.#settings = settings
    this.#mailbox = mailbox
    this.#tries = tries
    this.#pumpSoon = pumpSoon
    mailbox.pause()
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
  }

  /** Starts what may start. */
  pump(): void {
    while (!this.#isPaused && this.#running < this.#parts.settings.concurrency && this.#isTime()) {
      const entries = this.#take()
      if (entries.length === 0) return
      this.#start(entries)
    }
  }

  fulfilled(tries: readonly Try[]): void {
    for (const { end } of tries) end.fulfilled(undefined)
  }

  rejected(tries: readonly Try[], error: unknown): void {
    for (const { end } of tries) end.rejected(error)
  }

  /** Whether a batch is to be handed over now; else, when there is something to wait with, a timer is set. */
  #isTime(): boolean {
    const ready = this.#mailbox.length - this.#mailbox.postponed
    if (ready >= this.#settings.size || (this.#hasWaited && ready > 0)) return true
    if (ready > 0) this.#linger ??= this.#parts.timers.after(this.#settings.withinMs, this.#waited)
    return false
  }

  readonly #waited = (): void => {
    this.#linger = undefined
    this.#hasWaited = true
    this.#pumpSoon()
  }

  #take(): Queued[] {
    this.#hasWaited = false
    if (this.#linger !== undefined) this.#parts.timers.cancel(this.#linger)
    this.#linger = undefined
    const entries: Queued[] = []
    this.#mailbox.resume()
    while (entries.length < this.#settings.size) {
      const entry = this.#mailbox.take()
      if (entry === undefined) break
      entries.push(entry)
    }
    this.#mailbox.pause()
    return entries
  }

  #start(entries: readonly Queued[]): void {
    this.#running++
    let left = entries.length
    const onOver = (): void => {
      if (--left > 0) return
      this.#running--
      this.#pumpSoon()
    }
    const tries = entries.map((entry) => this.#tries.begin(entry, onOver))
    const messages = tries.map(({ message }) => message)
    const payloads = messages.map(({ payload }) => payload)
    // A handler of batches is given arrays; what it was registered as says that it takes them.
    call(this.#parts.handler, payloads, messages as unknown as Message, tries, this)
  }
}
