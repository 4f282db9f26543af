/**
 * The deliveries of a bus that no thread has finished with: one message for one endpoint each. Bookkeeping alone: who
 * gets a delivery next is decided elsewhere, and what it is given to is told elsewhere.
 */
import type { Room } from '../room.js'
import type { Claim } from './window.js'

/** What names a delivery: who sent it, and the number that it has there. */
export interface DeliveryKey {
  readonly sender: number
  readonly number: number
}

/** A message for one endpoint. */
export interface Delivery extends DeliveryKey {
  /** As its sender wrote it; of its own memory, and never changed. */
  readonly frame: Uint8Array
  readonly isEvent: boolean
  readonly topic: string
  /** The pattern of the endpoint that it was sent to, where that is known; see `Peers`. */
  readonly pattern: string | undefined
}

/** A delivery, and what has become of it so far. */
export interface Held extends Delivery {
  /** Its place in the order in which all were accepted. */
  readonly order: number
  /** Who has it, or had it last; 0 where it has lapsed. */
  endpoint: number
  /** The attachment that answers for it; 0 while it waits for an endpoint. */
  custodian: number
  /** How often it had been given to a thread before. */
  attempt: number
  /** The ids that it has taken: of its message, in the window of each pattern that it was given to. */
  readonly claims: Claim[]
  /** What ends its waiting. */
  alarm: number
}

/** The ledger; see the head of this file. */
export class Ledger {
  /** By sender and number. */
  readonly #senders = new Map<number, Map<number, Held>>()
  /** Those that somebody answers for by endpoint; no endpoint has an empty set. */
  readonly #endpoints = new Map<number, Set<Held>>()
  readonly #parked = new Set<Held>()
  #accepted = 0
  readonly #room: Room
  #size = 0
  #bytes = 0

  /** @param room - where its frames are accounted for */
  constructor(room: Room) {
    this.#room = room
  }

  /** How many there are. */
  get size(): number {
    return this.#size
  }

  /** How many bytes they have. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many of them wait for an endpoint. */
  get parkedCount(): number {
    return this.#parked.size
  }

  /** Adds a delivery that the ledger does not have; its custodian answers for it. */
  accept(delivery: Delivery, endpoint: number, custodian: number, attempt: number): Held {
    const held: Held = {
      ...delivery,
      order: this.#accepted++,
      endpoint,
      custodian: 0,
      attempt,
      claims: [],
      alarm: 0,
    }
    const { sender, number } = held
    let numbers = this.#senders.get(sender)
    if (numbers === undefined) {
      numbers = new Map()
      this.#senders.set(sender, numbers)
    }
    numbers.set(number, held)
    this.#size++
    this.#bytes += held.frame.length
    this.#room.add(held.frame.length)
    this.give(held, endpoint, custodian)
    return held
  }

  /** `undefined` where it is finished with, or there never was such a one. */
  get({ sender, number }: DeliveryKey): Held | undefined {
    return this.#senders.get(sender)?.get(number)
  }

  /** Puts a delivery into the hands of another. */
  give(held: Held, endpoint: number, custodian: number): void {
    this.#leave(held)
    held.endpoint = endpoint
    held.custodian = custodian
    let deliveries = this.#endpoints.get(endpoint)
    if (deliveries === undefined) {
      deliveries = new Set()
      this.#endpoints.set(endpoint, deliveries)
    }
    deliveries.add(held)
  }

  /** Has a delivery wait for an endpoint; nobody answers for it meanwhile. */
  park(held: Held): void {
    this.#leave(held)
    held.custodian = 0
    this.#parked.add(held)
  }

  /** Takes a delivery out for good. */
  forget(held: Held): void {
    const { sender, number } = held
    const numbers = this.#senders.get(sender)
    if (numbers?.delete(number) !== true) return
    if (numbers.size === 0) this.#senders.delete(sender)
    this.#size--
    this.#bytes -= held.frame.length
    this.#leave(held)
    this.#room.giveBack(held.frame.length)
  }

  /** What `custodian` has in hand for an endpoint, in the order in which it was accepted. */
  ofEndpoint(endpoint: number, custodian: number): Held[] {
    return inOrder([...(this.#endpoints.get(endpoint) ?? [])].filter((held) => held.custodian === custodian))
  }

  /** All that `custodian` has in hand, in the order in which it was accepted. */
  ofCustodian(custodian: number): Held[] {
    const all = [...this.#endpoints.values()].flatMap((deliveries) => [...deliveries])
    return inOrder(all.filter((held) => held.custodian === custodian))
  }

  /** Those that wait for such an endpoint, in the order in which they were accepted. */
  parked(fits: (held: Held) => boolean): Held[] {
    return inOrder([...this.#parked].filter(fits))
  }

  #leave(held: Held): void {
    this.#parked.delete(held)
    const deliveries = this.#endpoints.get(held.endpoint)
    if (deliveries?.delete(held) === true && deliveries.size === 0) this.#endpoints.delete(held.endpoint)
  }
}

/** Deliveries in the order in which they were accepted. */
export function inOrder(deliveries: readonly Held[]): Held[] {
  return deliveries.toSorted((one, other) => one.order - other.order)
}
