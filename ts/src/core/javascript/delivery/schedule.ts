/** Messages whose time has not come. */
import * as layout from '../../native/layout.js'
import type { Alarms } from '../alarms.js'
import type { Clock } from '../clock.js'
import { wordOf } from '../frames.js'
import type { Room } from '../room.js'

/** The schedule of a bus. */
export class Schedule {
  readonly #clock: Clock
  readonly #alarms: Alarms
  readonly #room: Room
  readonly #onDue: (frame: Uint8Array) => void
  #size = 0
  #bytes = 0

  /**
   * @param room - where its frames are accounted for
   * @param onDue - called with each message when its time has come
   */
  constructor(clock: Clock, alarms: Alarms, room: Room, onDue: (frame: Uint8Array) => void) {
    this.#clock = clock
    this.#alarms = alarms
    this.#room = room
    this.#onDue = onDue
  }

  /** How many messages wait. */
  get size(): number {
    return this.#size
  }

  /** How many bytes they have. */
  get bytes(): number {
    return this.#bytes
  }

  /** Keeps a frame, which must not change any more, until its deadline; one that has none is due at once. */
  add(frame: Uint8Array): void {
    this.#size++
    this.#bytes += frame.length
    this.#room.add(frame.length)
    const dueMs = momentOf(wordOf(frame, layout.WORD_DEADLINE), this.#clock.nowMs())
    this.#alarms.set(dueMs, () => {
      this.#size--
      this.#bytes -= frame.length
      this.#room.giveBack(frame.length)
      this.#onDue(frame)
    })
  }
}

/** The moment that is next to `nowMs` among those whose lower 32 bits are this word; a word of 0 says that there is none. */
function momentOf(word: number, nowMs: number): number {
  if (word === 0) return nowMs
  const now = Math.floor(nowMs)
  return now + ((word - (now >>> 0)) | 0)
}
