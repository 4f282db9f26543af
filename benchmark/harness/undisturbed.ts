/** Picks of several tries the one that was disturbed least by what else the machine does. */
import { reference } from './reference.js'

/** A try beside which the reference took more, of the least that it has taken in this process, says more of the neighbours. */
const UNDISTURBED = 1.15

/** Beside what the tries of one contender are made. */
export class Undisturbed {
  #leastMs = Number.POSITIVE_INFINITY

  constructor() {
    // The compiler has to have seen it.
    for (let times = 0; times < 4; times++) this.#referenceMs()
  }

  /**
   * Calls `run` again, at most so often in all, until it was not disturbed; returns what it gave when it was disturbed
   * least. It is chosen by that, never by how fast it was.
   *
   * @param lead - what comes before each try, as a part of it: others have had the processor and its caches since
   */
  async pick<T>(mostTries: number, lead: () => Promise<void>, run: () => Promise<T>): Promise<T> {
    let [best, least] = await this.#try(lead, run)
    for (let tries = 1; tries < mostTries && least > UNDISTURBED; tries++) {
      const [result, disturbed] = await this.#try(lead, run)
      if (disturbed < least) [best, least] = [result, disturbed]
    }
    return best
  }

  async #try<T>(lead: () => Promise<void>, run: () => Promise<T>): Promise<[T, number]> {
    const beforeMs = this.#referenceMs()
    await lead()
    const result = await run()
    return [result, (beforeMs + this.#referenceMs()) / 2 / this.#leastMs]
  }

  #referenceMs(): number {
    const tookMs = reference()
    this.#leastMs = Math.min(this.#leastMs, tookMs)
    return tookMs
  }
}
