/**
 * Those who wait to hear of a message that the core holds, and whose thread has ended: the core gives it to another
 * endpoint, which answers in its stead.
 */
import type { CoreAttachment } from '../core/core.js'
import { LANE_NORMAL } from '../core/native/layout.js'
import { handlerGone } from '../errors.js'
import type { Correlation } from '../link/correlation.js'
import type { Barriers } from './barriers.js'

/** The orphans of one attachment. */
export class Orphans {
  readonly #attachment: CoreAttachment
  readonly #barriers: Barriers
  readonly #correlation: Correlation
  readonly #handOver: () => void

  /** @param handOver - hands over what was sent: the core does not hold it before */
  constructor(
    attachment: CoreAttachment,
    barriers: Barriers,
    correlation: Correlation,
    handOver: () => void,
  ) {
    this.#attachment = attachment
    this.#barriers = barriers
    this.#correlation = correlation
    this.#handOver = handOver
  }

  /** An attachment has left. Whoever waits for what is settled already will hear of nobody, and is told so. */
  async attachmentGone(attachment: number): Promise<void> {
    this.#handOver()
    const settled = this.#correlation.find(
      ({ attachment: of, deliveryNumber }) =>
        of === attachment && deliveryNumber !== 0 && !this.#attachment.holds(deliveryNumber),
    )
    if (settled.length === 0) return
    // Unless it has answered before that, or somebody who had the message after it.
    await this.#barriers.raise()
    await this.#barriers.reach(LANE_NORMAL)
    for (const { slot, generation } of settled) {
      const waiter = this.#correlation.close(slot, generation)
      waiter?.reject(handlerGone(waiter.topic, waiter.endpoint))
    }
  }
}
