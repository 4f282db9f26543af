/** What is put into mailboxes in the tests. */
import type { Key, LaneNumber } from '../../../ts/src/delivery/mailbox/entry.js'
import { Entry } from './inside.js'

/** An entry that carries nothing but its number. */
export class Parcel extends Entry<Parcel> {
  declare readonly id: number
  declare readonly lane: LaneNumber
  declare readonly key: Key | undefined
  declare readonly held: boolean
  declare readonly dueMs: number

  constructor(id: number, lane: LaneNumber = 2, key?: Key, held = false, dueMs = 0) {
    super()
    this.id = id
    this.lane = lane
    this.key = key
    this.held = held
    this.dueMs = dueMs
  }
}
