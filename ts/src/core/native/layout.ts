/** The layout of frames, defined in Rust. */
export * from './generated/layout.js'
