/** Where the items of a stream go: to whoever has asked for them, in this thread or another. */
import type { BusError } from '../errors.js'

/** The way of a stream to its reader. A request that has none asks for one reply. */
export interface Outlet {
  /** For how many items there is room at first. */
  readonly room: number
  /** Called when there is room for so many items more; set by whoever produces them. */
  onRoom: ((count: number) => void) | undefined
  /** Sends an item; throws when it cannot travel. */
  item(value: unknown): void
}

/** What the handler of a stream has finished with, instead of a reply: that all of its items have been sent. */
export class StreamEnd {
  /** What is to be told to whoever asked, where that is not that it ended well. */
  readonly error: BusError | undefined

  constructor(error?: BusError) {
    this.error = error
  }
}
