/**
 * Payloads in the layout of the Rust crate `bincode`, by a schema that is declared in TypeScript:
 *
 *     const order = bincode.codec('order', bincode.struct({ id: bincode.u64, items: bincode.vec(item) }))
 *
 * `Box`, `Rc`, `Arc` and `Cow` are laid out as what they hold, and need no word; `usize` is `u64`, `isize` is `i64`, and a
 * `Result` is `variants({ Ok: …, Err: … })`.
 */
export { type BincodeOptions, codec } from './codec.js'
export { enumeration, type Fields, option, struct, tuple, unit, type Variant, variants } from './compounds.js'
export { array, lazy, map, set, vec } from './lists.js'
export { bool, f32, f64, i8, i16, i32, i64, i128, u8, u16, u32, u64, u128 } from './numbers.js'
export type { Layout } from './output.js'
export { bytes, char, fixedBytes, string } from './texts.js'
export type { AnyType, Type, Value } from './type.js'
