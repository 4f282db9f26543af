/**
 * The deliveries of a bus: messages that are held until the thread of their endpoint has settled them. One is given to
 * another endpoint when its own cannot have it; waits where there is none; and lapses when it has waited for too long.
 */
import * as layout from '../../native/layout.js'
import type { Alarms } from '../alarms.js'
import type { SentFrame } from '../batch.js'
import type { Clock } from '../clock.js'
import { addresses, type Registered } from '../directory.js'
import { attemptOf, forwarded, laneOf, MAX_ATTEMPT, topicOf, wordOf } from '../frames.js'
import type { Inbox } from '../inbox.js'
import type { Room } from '../room.js'
import { isSeenBy } from '../router/entry.js'
import { matches } from '../topic/pattern.js'
import { type DeliveryKey, type Held, inOrder, Ledger } from './ledger.js'
import type { Peers } from './peers.js'
import type { Successors } from './successors.js'
import type { Claim } from './window.js'
import type { Windows } from './windows.js'

/** How long a delivery waits for an endpoint. */
const PATIENCE_MS = 30_000

/** What deliveries have to do with. */
export interface DeliveryParts {
  readonly clock: Clock
  readonly alarms: Alarms
  /** The inboxes by attachment. */
  readonly members: ReadonlyMap<number, Inbox>
  readonly peers: Peers
  readonly successors: Successors
  readonly windows: Windows
  /** Where what is held is accounted for. */
  readonly heldRoom: Room
}

/** The deliveries; see the head of this file. */
export class Deliveries {
  readonly #parts: DeliveryParts
  readonly #ledger: Ledger

  constructor(parts: DeliveryParts) {
    this.#parts = parts
    this.#ledger = new Ledger(parts.heldRoom)
  }

  /** How many there are. */
  get size(): number {
    return this.#ledger.size
  }

  /** How many bytes they have. */
  get bytes(): number {
    return this.#ledger.bytes
  }

  /** How many of them wait for an endpoint. */
  get parkedCount(): number {
    return this.#ledger.parkedCount
  }

  /** Whether there is a delivery of that name. */
  has(key: DeliveryKey): boolean {
    return this.#ledger.get(key) !== undefined
  }

  /**
   * Holds a message and gives it to its target; one that has none was given to its endpoint by the sender itself.
   *
   * @param claim - the id that was taken for it
   */
  accept(
    { bytes, delivery: number, kind, targets }: SentFrame,
    sender: number,
    claim: Claim | undefined,
  ): void {
    const endpoint = wordOf(bytes, layout.WORD_ENDPOINT)
    const delivery = {
      sender,
      number,
      // The batch's memory is the sender's: it writes the next one there.
      frame: Uint8Array.from(bytes),
      isEvent: kind === layout.KIND_EVENT,
      topic: topicOf(bytes),
      pattern: this.#parts.peers.patternOf(endpoint),
    }
    const [target] = targets
    const held = this.#ledger.accept(delivery, endpoint, target ?? sender, attemptOf(bytes))
    if (claim !== undefined) held.claims.push(claim)
    if (target === undefined) return
    if (this.#parts.members.has(target)) this.#push(held, held.frame)
    else this.#move(held)
  }

  /** A delivery is finished with, whoever says so; of one that is not held there is nothing to say any more. */
  settle(key: DeliveryKey): void {
    const held = this.#ledger.get(key)
    if (held !== undefined) this.#forget(held)
  }

  /** `custodian` gives back deliveries; what it does not have in hand is none of its business. */
  release(custodian: number, keys: readonly DeliveryKey[]): void {
    // Each once: it may come back to the same thread.
    const own = new Set<Held>()
    for (const key of keys) {
      const held = this.#ledger.get(key)
      if (held?.custodian === custodian) own.add(held)
    }
    for (const held of inOrder([...own])) this.#move(held)
  }

  /** `custodian` has tried a delivery that often. */
  attempted(custodian: number, key: DeliveryKey, attempt: number): void {
    const held = this.#ledger.get(key)
    if (held?.custodian === custodian) held.attempt = Math.min(attempt, MAX_ATTEMPT)
  }

  /** An endpoint has come: it gets those that have been waiting for it. */
  joined(registered: Registered): void {
    for (const held of this.#ledger.parked(fitting(registered))) this.#move(held)
  }

  /** `custodian` has taken an endpoint away: what it has in hand for it goes to others. */
  unregistered(endpoint: number, custodian: number): void {
    for (const held of this.#ledger.ofEndpoint(endpoint, custodian)) this.#move(held)
  }

  /** An attachment has left, and its endpoints with it; nobody knows how far it came with what it had in hand. */
  left(custodian: number): void {
    for (const held of this.#ledger.ofCustodian(custodian)) {
      held.attempt = Math.min(held.attempt + 1, MAX_ATTEMPT)
      this.#move(held)
    }
  }

  /** Gives a delivery to the next endpoint; where there is none, it waits. */
  #move(held: Held): void {
    const { alarms, clock, successors } = this.#parts
    alarms.cancel(held.alarm)
    const next = successors.next(held)
    if (next === undefined) {
      this.#ledger.park(held)
      held.alarm = alarms.set(clock.nowMs() + PATIENCE_MS, () => this.#lapse(held))
    } else if (this.#wasProcessedBy(next.endpoint, held)) {
      this.#forget(held)
    } else {
      const { endpoint, attachment } = next
      this.#ledger.give(held, endpoint, attachment)
      const { frame, attempt } = held
      this.#push(held, forwarded(frame, { target: attachment, endpoint, attempt }))
    }
  }

  /**
   * Whether a message whose id was taken has been processed by the peers of another endpoint, too. If not, the id is
   * taken there as well: from now on they are not to get it a second time.
   */
  #wasProcessedBy(endpoint: number, held: Held): boolean {
    const { clock, peers, windows } = this.#parts
    const id = held.claims[0]?.id
    const window = windows.of(peers.memoryOf(endpoint) ?? '')
    if (id === undefined || window === undefined) return false
    const nowMs = clock.nowMs()
    if (window.isProcessed(id, nowMs)) return true
    const claim = window.take(id, nowMs)
    if (claim !== undefined) held.claims.push(claim)
    return false
  }

  /** Nobody has come: somebody is to bury it, its sender if that is still there. */
  #lapse(held: Held): void {
    const { members } = this.#parts
    const { sender, frame, endpoint, attempt } = held
    const [anybody = 0] = members.keys()
    const custodian = members.has(sender) ? sender : anybody
    // It is to be buried, and no endpoint has it in hand.
    this.#ledger.give(held, 0, custodian)
    // Who it is for is known; in the place of the target stands what kind of message it is.
    const target = held.isEvent ? layout.KIND_EVENT : layout.KIND_NOTIFICATION
    this.#push(held, forwarded(frame, { kind: layout.KIND_LAPSED, target, endpoint, attempt }))
  }

  #forget(held: Held): void {
    this.#parts.alarms.cancel(held.alarm)
    this.#ledger.forget(held)
    for (const claim of held.claims) claim.isHeld = false
  }

  #push({ custodian }: Held, frame: Uint8Array): void {
    this.#parts.members.get(custodian)?.push(laneOf(frame), frame)
  }
}

/** Which of the deliveries that wait an endpoint may have. */
function fitting(registered: Registered): (held: Held) => boolean {
  const { entry, key, pattern, reception } = registered
  if (!reception.isHandler) {
    return (held) => held.isEvent && held.pattern === key && isSeenBy(held.sender, entry)
  }
  const own = new Set(addresses(registered))
  return ({ isEvent, topic, sender }) =>
    !isEvent && isSeenBy(sender, entry) && (own.has(topic) || matches(pattern, topic))
}
