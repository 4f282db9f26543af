/**
 * The numbers of the format. What MessagePack has, an object, a text, a date, is written as MessagePack has it, so that
 * any other reader understands it. What only JavaScript has is an extension.
 */

export const NIL = 0xc0
export const FALSE = 0xc2
export const TRUE = 0xc3
export const BIN_8 = 0xc4
export const BIN_16 = 0xc5
export const BIN_32 = 0xc6
export const EXT_8 = 0xc7
export const EXT_16 = 0xc8
export const EXT_32 = 0xc9
export const FLOAT_32 = 0xca
export const FLOAT_64 = 0xcb
export const UINT_8 = 0xcc
export const UINT_16 = 0xcd
export const UINT_32 = 0xce
export const UINT_64 = 0xcf
export const INT_8 = 0xd0
export const INT_16 = 0xd1
export const INT_32 = 0xd2
export const INT_64 = 0xd3
export const FIXEXT_1 = 0xd4
export const FIXEXT_2 = 0xd5
export const FIXEXT_4 = 0xd6
export const FIXEXT_8 = 0xd7
export const FIXEXT_16 = 0xd8
export const STR_8 = 0xd9
export const STR_16 = 0xda
export const STR_32 = 0xdb
export const ARRAY_16 = 0xdc
export const ARRAY_32 = 0xdd
export const MAP_16 = 0xde
export const MAP_32 = 0xdf

/** A date, as MessagePack defines it: −1. */
export const TYPE_TIMESTAMP = 0xff
/** `undefined`: one byte without a meaning. */
export const TYPE_UNDEFINED = 0x00
/** A BigInt beyond 64 bits: a byte that is 1 where it is negative, then its magnitude, the highest byte first. */
export const TYPE_BIGINT = 0x42
/** A date that is none: nothing. */
export const TYPE_NO_DATE = 0x44
/** An error: see `errors.ts`. */
export const TYPE_ERROR = 0x45
/** A Map: keys and values in turn. */
export const TYPE_MAP = 0x4d
/** A RegExp: its source and its flags. */
export const TYPE_REGEXP = 0x52
/** A Set: its members. */
export const TYPE_SET = 0x53
/** A text that UTF-8 cannot hold, because of a lone surrogate: UTF-16, little endian. */
export const TYPE_TEXT_UTF16 = 0x55
/** Bytes by another name than Buffer: the number of the class in `views.ts`, then the bytes. */
export const TYPE_VIEW = 0x56

/** How deep objects, arrays and what else holds others may be nested. */
export const MAX_DEPTH = 1_000
