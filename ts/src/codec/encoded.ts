/** A payload as it travels. */
export interface Encoded {
  /** How its bytes are to be read: see `numbers.ts`. */
  readonly codec: number
  /** Valid until the next payload is encoded. */
  readonly bytes: Uint8Array
}
