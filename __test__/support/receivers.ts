/** The receivers of a bus, remembered from the moment on that they are made, and the law that holds for each. */
import type { Bus, EndpointStats, Registration, Subscription } from 'busbar'

/** A receiver as a report names it. */
export interface Account {
  readonly pattern: string
  readonly stats: EndpointStats
}

/** Every receiver that was ever made on a bus, in this thread. */
export class Receivers {
  readonly #all: (Subscription | Registration)[] = []
  readonly #bus: Bus

  /** Watches `bus`, which stays the same object. */
  constructor(bus: Bus) {
    this.#bus = bus
    const { subscribe, handle } = bus
    const all = this.#all
    const keep = <Receiver extends Subscription | Registration>(receiver: Receiver): Receiver => {
      all.push(receiver)
      return receiver
    }
    Object.assign(bus, {
      subscribe: (...given: Parameters<Bus['subscribe']>) => keep(subscribe.apply(bus, given)),
      handle: (...given: Parameters<Bus['handle']>) => keep(handle.apply(bus, given)),
    })
  }

  /** What the bus says of all of them. */
  total(): Account {
    return { pattern: 'all of the bus', stats: this.#bus.stats() }
  }

  accounts(): Account[] {
    return this.#all.map((receiver) => ({ pattern: String(receiver.pattern), stats: receiver.stats() }))
  }
}

/** Those accounts in which messages came from nowhere, or vanished. */
export function unbalanced(accounts: readonly Account[]): Account[] {
  return accounts.filter(({ stats }) => {
    const { accepted, processed, failed, deadLettered, dropped, expired, running, queued } = stats
    return accepted !== processed + failed + deadLettered + dropped + expired + running + queued
  })
}
