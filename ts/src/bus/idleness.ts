/** Whether anything that this thread has sent or received is still on its way. */

import { LANE_LOW } from '../core/native/layout.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Correlation } from '../link/correlation.js'
import type { Barriers } from './barriers.js'

/** The idleness of one attachment. */
export class Idleness {
  readonly #endpoints: ReadonlyMap<number, Endpoint>
  readonly #correlation: Correlation
  readonly #barriers: Barriers

  constructor(endpoints: ReadonlyMap<number, Endpoint>, correlation: Correlation, barriers: Barriers) {
    this.#endpoints = endpoints
    this.#correlation = correlation
    this.#barriers = barriers
  }

  /** Resolves when nothing is. */
  async idle(): Promise<void> {
    do {
      // What has been handed over for this thread is received before it is looked at.
      await this.#barriers.reach(LANE_LOW)
      await Promise.all([this.#correlation.idle(), ...this.#busy().map((endpoint) => endpoint.idle())])
    } while (this.#correlation.pending > 0 || this.#busy().length > 0)
  }

  #busy(): Endpoint[] {
    return [...this.#endpoints.values()].filter((endpoint) => !endpoint.isIdle)
  }
}
