/** Booleans and numbers. Those of 64 bits and more are BigInts, because a number would not hold them. */
import { Misfit, type Type } from './type.js'

/** `bool` */
export const bool: Type<boolean> = {
  write: (value, output) => {
    if (typeof value !== 'boolean') throw new Misfit('true or false', value)
    output.byte(value ? 1 : 0)
  },
  read: (input) => {
    const byte = input.byte()
    if (byte > 1) throw new RangeError(`${byte} is no bool`)
    return byte === 1
  },
  minBytes: () => 1,
}

/** `u8` */
export const u8: Type<number> = {
  write: (value, output) => output.byte(integer('u8', value, 0, 0xff)),
  read: (input) => input.byte(),
  minBytes: () => 1,
}

/** `i8` */
export const i8: Type<number> = {
  write: (value, output) => output.byte(integer('i8', value, -0x80, 0x7f) & 0xff),
  read: (input) => (input.byte() << 24) >> 24,
  minBytes: () => 1,
}

/** `u16` */
export const u16: Type<number> = unsigned('u16', 2)
/** `u32` */
export const u32: Type<number> = unsigned('u32', 4)
/** `i16` */
export const i16: Type<number> = signed('i16', 2)
/** `i32` */
export const i32: Type<number> = signed('i32', 4)
/** `u64`, and `usize`, which is laid out the same. */
export const u64: Type<bigint> = bigUnsigned('u64', 8)
/** `u128` */
export const u128: Type<bigint> = bigUnsigned('u128', 16)
/** `i64`, and `isize`, which is laid out the same. */
export const i64: Type<bigint> = bigSigned('i64', 8)
/** `i128` */
export const i128: Type<bigint> = bigSigned('i128', 16)

/** `f32`: of a number as much as it holds. */
export const f32: Type<number> = {
  write: (value, output) => output.float32(number(value)),
  read: (input) => input.float32(),
  minBytes: () => 4,
}

/** `f64` */
export const f64: Type<number> = {
  write: (value, output) => output.float64(number(value)),
  read: (input) => input.float64(),
  minBytes: () => 8,
}

function unsigned(name: string, size: 2 | 4): Type<number> {
  const max = 2 ** (size * 8) - 1
  return {
    write: (value, output) => output.unsigned(integer(name, value, 0, max), size),
    read: (input) => input.unsigned(size),
    minBytes: () => 1,
  }
}

function signed(name: string, size: 2 | 4): Type<number> {
  const limit = 2 ** (size * 8 - 1)
  return {
    write: (value, output) => output.signed(integer(name, value, -limit, limit - 1), size),
    read: (input) => input.signed(size),
    minBytes: () => 1,
  }
}

function bigUnsigned(name: string, size: 8 | 16): Type<bigint> {
  const max = (1n << BigInt(size * 8)) - 1n
  return {
    write: (value, output) => output.bigUnsigned(bigInteger(name, value, 0n, max), size),
    read: (input) => input.bigUnsigned(size),
    minBytes: () => 1,
  }
}

function bigSigned(name: string, size: 8 | 16): Type<bigint> {
  const limit = 1n << BigInt(size * 8 - 1)
  return {
    write: (value, output) => output.bigSigned(bigInteger(name, value, -limit, limit - 1n), size),
    read: (input) => input.bigSigned(size),
    minBytes: () => 1,
  }
}

function integer(name: string, value: unknown, min: number, max: number): number {
  // -0 would come back as 0.
  if (Number.isInteger(value) && !Object.is(value, -0)) {
    const given = value as number
    if (given >= min && given <= max) return given
  }
  throw new Misfit(`${name}, an integer from ${min} to ${max}`, Object.is(value, -0) ? '-0' : value)
}

function bigInteger(name: string, value: unknown, min: bigint, max: bigint): bigint {
  if (typeof value === 'bigint' && value >= min && value <= max) return value
  throw new Misfit(`${name}, a BigInt from ${min} to ${max}`, value)
}

function number(value: unknown): number {
  if (typeof value === 'number') return value
  throw new Misfit('a number', value)
}
