/**
 * Bytes in the midst of others, as messages lie in a batch. To say where they are costs nothing, while a view of each would
 * be an object more for each message, and larger than many a payload.
 */
export interface Stretch {
  /** All of the memory that they lie in. To ask a view for it is a call out of what V8 has compiled. */
  readonly memory: ArrayBuffer
  /** The same as bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The same for Node.js, which reads texts. */
  readonly buffer: Buffer
  readonly start: number
  /** Behind the last. */
  readonly end: number
  /** Whether they are all of their memory, which is nobody else's: then they need not be copied. */
  readonly isOwn: boolean
}

/** Where `bytes` lie. */
export function stretchOf(bytes: Uint8Array, isOwn = false): Stretch {
  const memory = bytes.buffer as ArrayBuffer
  const start = bytes.byteOffset
  return {
    memory,
    bytes: new Uint8Array(memory),
    buffer: Buffer.from(memory),
    start,
    end: start + bytes.byteLength,
    isOwn,
  }
}
