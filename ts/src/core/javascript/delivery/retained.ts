/** The last message of each topic that somebody wanted to be kept, for those who subscribe later. */
import { type CompiledPattern, matches } from '../topic/pattern.js'

/** How many topics there are at most; that which was not written for the longest time is forgotten. */
const MOST_TOPICS = 10_000

/** The retained messages, as frames. */
export class Retained {
  /** By topic; the one that was written last is the last. */
  readonly #frames = new Map<string, Uint8Array>()

  get size(): number {
    return this.#frames.size
  }

  /** Keeps a frame, which must not change any more, in the place of the topic's last one. */
  keep(topic: string, frame: Uint8Array): void {
    this.#frames.delete(topic)
    this.#frames.set(topic, frame)
    if (this.#frames.size <= MOST_TOPICS) return
    for (const oldest of this.#frames.keys()) {
      this.#frames.delete(oldest)
      return
    }
  }

  /** Keeps nothing of a topic any more. */
  forget(topic: string): void {
    this.#frames.delete(topic)
  }

  /** The messages whose topics match, the oldest first. */
  matching(pattern: CompiledPattern): Uint8Array[] {
    return [...this.#frames].filter(([topic]) => matches(pattern, topic)).map(([, frame]) => frame)
  }
}
