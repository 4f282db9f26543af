/** A bundle of parcels, of which each is there from the beginning. */
import type { LaneNumber } from '../../../ts/src/delivery/mailbox/entry.js'
import { Bundle } from './inside.js'
import type { Parcel } from './parcel.js'

/** See the head of this file. */
export class ParcelBundle extends Bundle<Parcel> {
  readonly #parcels: Parcel[] = []
  #left: number

  /** @param size - how many go into it in all */
  constructor(lane: LaneNumber, size: number) {
    super(lane)
    this.#left = size
  }

  get isEmpty(): boolean {
    return this.#parcels.length === 0
  }

  get isFull(): boolean {
    return this.#left === 0
  }

  push(parcel: Parcel): void {
    this.#left--
    this.#parcels.push(parcel)
  }

  shift(): Parcel {
    return this.#parcels.shift() as Parcel
  }
}
