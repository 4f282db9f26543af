/** Payloads of all kinds that a codec preserves, at random. */
import fc from 'fast-check'

/** Any text, lone surrogates too. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('x'.repeat(300), '\u00e9'.repeat(100), '\u6f22'.repeat(5_000), 'a'.repeat(70_000)),
)

/** Keys, also those that objects are born with. */
const anyKey = fc.oneof(
  { weight: 5, arbitrary: fc.string({ maxLength: 8 }) },
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', '17', '\ud800'),
)

/** An object whose keys are all its own, `__proto__` too. */
export function ownObject(entries: readonly (readonly [key: string, value: unknown])[]): object {
  return Object.fromEntries(entries)
}

/** Any number; of doubles, those that are special are frequent. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer(),
  fc.integer({ min: -(2 ** 53), max: 2 ** 53 }),
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    -32,
    -33,
    -128,
    -129,
  ),
)

const anyBytes: fc.Arbitrary<unknown> = fc.oneof(
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.uint8Array(),
  fc.int8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
  fc.uint8Array().map((bytes) => bytes.slice().buffer),
  fc.uint8Array().map((bytes) => new DataView(bytes.slice().buffer)),
)

const anyRegExp = fc
  .tuple(fc.constantFrom('a+', '(?<name>x)/y', '[^]\\n', ''), fc.constantFrom('', 'g', 'giu', 'sy'))
  .map(([source, flags]) => new RegExp(source, flags))

/** What has no parts. */
const anyLeaf: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, undefined, true, false),
  anyNumber,
  anyText,
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.date({ noInvalidDate: false }),
  anyBytes,
  anyRegExp,
)

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: anyLeaf },
    fc.array(tie('tree'), { maxLength: 6 }),
    { weight: 2, arbitrary: fc.array(fc.tuple(anyKey, tie('tree')), { maxLength: 6 }).map(ownObject) },
    fc.array(fc.tuple(tie('tree'), tie('tree')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie('tree'), { maxLength: 4 }).map((members) => new Set(members)),
  ),
}))

/** All that `msgpack` and `structured-clone` preserve. */
export const anyValue: fc.Arbitrary<unknown> = tree

/** All that MessagePack itself has: what other implementations read and write. */
export const plainValue: fc.Arbitrary<unknown> = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    anyNumber.filter((value) => !Object.is(value, -0)),
    fc.string({ unit: 'grapheme' }),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(tie('tree'), { maxLength: 6 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('tree'),
      { maxKeys: 6, noNullPrototype: true },
    ),
  ),
})).tree
