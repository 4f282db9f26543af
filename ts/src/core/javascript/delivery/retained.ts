/** The last message of each topic that somebody wanted to be kept, for those who subscribe later. */
import { type CompiledPattern, matches } from '../topic/pattern.js'

/** How many topics there are at most; that which was not written for the longest time is forgotten. */
const MOST_TOPICS = 10_000
/** How many bytes they have at most, all together. */
const MOST_RETAINED_BYTES = 64 * 2 ** 20

/** The retained messages, as frames. */
export class Retained {
  /** By topic; the one that was written last is the last. */
  readonly #frames = new Map<string, Uint8Array>()
  #bytes = 0

  /** How many bytes they have. */
  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#frames.size
  }

  /** Keeps a frame, which must not change any more, in the place of the topic's last one. */
  keep(topic: string, frame: Uint8Array): void {
    this.forget(topic)
    this.#frames.set(topic, frame)
    this.#bytes += frame.length
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size <= MOST_TOPICS && this.#bytes <= MOST_RETAINED_BYTES) return
      this.forget(oldest)
    }
  }

  /** Keeps nothing of a topic any more. */
  forget(topic: string): void {
    this.#bytes -= this.#frames.get(topic)?.length ?? 0
    this.#frames.delete(topic)
  }

  /** The messages whose topics match, the oldest first. */
  matching(pattern: CompiledPattern): Uint8Array[] {
    return [...this.#frames].filter(([topic]) => matches(pattern, topic)).map(([, frame]) => frame)
  }
}
