/** The layout of frames, defined in Rust. */
export * from './generated/layout.js'

/** Of an endpoint: all messages for it are deliveries. */
export const FLAG_HELD = 1 as const
/** Of an endpoint: it remembers the ids of its messages. */
export const FLAG_DEDUPED = 2 as const
