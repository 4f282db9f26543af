/** Where what is measured goes. */

/** Takes measurements of one thing. It allocates nothing, and must not throw. */
export interface Meter {
  /**
   * Takes a value.
   *
   * @param value - milliseconds, or how many; from 0
   * @param weight - how many values it stands for
   */
  record(value: number, weight: number): void
}
