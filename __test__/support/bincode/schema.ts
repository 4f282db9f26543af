/** The types of the vectors, as `crate/tests/bincode.rs` declares them in Rust. */
import { bincode } from 'busbar'

const { array, bool, bytes, char, enumeration, f32, f64, fixedBytes, lazy, map, option, set, string } =
  bincode
const { i8, i16, i32, i64, i128, struct, tuple, u8, u16, u32, u64, u128, unit, variants, vec } = bincode

const shape = variants({
  circle: f32,
  rectangle: struct({ width: u8, height: i64 }),
  pair: tuple(u16, string),
  nothing: unit,
})

/** The random ones. */
export const record: bincode.Type<Record> = struct({
  id: u64,
  small: u16,
  delta: i32,
  wide: i128,
  ratio: f64,
  name: string,
  tags: vec(string),
  color: enumeration('red', 'green', 'blue'),
  shape,
  parent: option(u32),
  counts: map(i16, bool),
  raw: bytes,
  grid: array(array(u8, 2), 2),
  letter: char,
})

/** Written out, to see that the compiler infers it so. */
export interface Record {
  id: bigint
  small: number
  delta: number
  wide: bigint
  ratio: number
  name: string
  tags: string[]
  color: 'red' | 'green' | 'blue'
  shape:
    | { kind: 'circle'; value: number }
    | { kind: 'rectangle'; value: { width: number; height: bigint } }
    | { kind: 'pair'; value: [number, string] }
    | { kind: 'nothing'; value?: undefined }
  parent: number | undefined
  counts: Map<number, boolean>
  raw: Uint8Array
  grid: number[][]
  letter: string
}

/** A type that holds itself. */
export interface Tree {
  value: number
  children: Tree[]
  first: Tree | undefined
}

/** Of trees. */
export const tree: bincode.Type<Tree> = struct({
  value: u32,
  children: vec(lazy(() => tree)),
  first: option(lazy(() => tree)),
})

const leaf = (value: number): Tree => ({ value, children: [], first: undefined })

const integers = { u8, i8, u16, i16, u32, i32 }
const bigIntegers = { u64, i64, u128, i128, usize: u64, isize: i64 }

const floats: Readonly<{ [name: string]: number }> = {
  '1.5': 1.5,
  '-0': -0,
  '0.1': 0.1,
  infinity: Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
}

const others: Readonly<{ [name: string]: readonly [type: bincode.AnyType, value: unknown] }> = {
  'bool false': [bool, false],
  'bool true': [bool, true],
  'f32 least': [f32, 2 ** -149],
  'f64 least': [f64, 2 ** -1074],
  'string empty': [string, ''],
  'string mixed': [string, 'h\u00e9llo \u6f22 \u{1f600} \0'],
  'string long': [string, 'x'.repeat(300)],
  'char a': [char, 'a'],
  'char 2': [char, '\u00e9'],
  'char 3': [char, '\u6f22'],
  'char 4': [char, '\u{1f600}'],
  'char 0': [char, '\0'],
  bytes: [bytes, Uint8Array.of(0, 1, 255)],
  'bytes long': [bytes, new Uint8Array(251).fill(7)],
  'fixed bytes': [fixedBytes(3), Uint8Array.of(1, 2, 3)],
  unit: [unit, undefined],
  'empty struct': [struct({}), {}],
  tuple: [tuple(u8, i16, bool, string), [1, -300, true, 'x']],
  'tuple struct': [tuple(u32), [70_000]],
  boxed: [u32, 5],
  none: [option(u32), undefined],
  some: [option(u32), 300],
  'result ok': [variants({ Ok: u16, Err: string }), { kind: 'Ok', value: 300 }],
  'result err': [variants({ Ok: u16, Err: string }), { kind: 'Err', value: 'no' }],
  color: [array(enumeration('red', 'green', 'blue'), 3), ['red', 'green', 'blue']],
  numbered: [array(enumeration('ten', 'five'), 2), ['ten', 'five']],
  shapes: [
    vec(shape),
    [
      { kind: 'circle', value: 2.5 },
      { kind: 'rectangle', value: { width: 1, height: -2n } },
      { kind: 'pair', value: [9, 'p'] },
      { kind: 'nothing' },
    ],
  ],
  vec: [vec(u32), [1, 300, 70_000]],
  'vec of units': [vec(unit), [undefined, undefined, undefined]],
  array: [array(u16, 3), [1, 300, 9]],
  map: [
    map(string, i32),
    new Map([
      ['a', 1],
      ['b', -1],
    ]),
  ],
  set: [set(u64), new Set([1n, 300n])],
  tree: [tree, { value: 1, children: [leaf(2), leaf(300)], first: leaf(4) }],
}

/** The type and the value of a vector, by its name, and by its JSON where it is a random one. */
export function meaning(name: string, json: string): readonly [type: bincode.AnyType, value: unknown] {
  if (json !== '') return [record, fromJson(JSON.parse(json))]
  const known = others[name]
  if (known !== undefined) return known
  const [kind = '', text = ''] = name.split(' ')
  if (kind in integers) return [integers[kind as keyof typeof integers], Number(text)]
  if (kind in bigIntegers) return [bigIntegers[kind as keyof typeof bigIntegers], BigInt(text)]
  const value = floats[text]
  if (value !== undefined && (kind === 'f32' || kind === 'f64')) return [kind === 'f32' ? f32 : f64, value]
  throw new Error(`nobody knows what ${name} means`)
}

// biome-ignore lint/suspicious/noExplicitAny: it is JSON.
function fromJson(json: any): Record {
  const { shape } = json
  if (shape.kind === 'rectangle') shape.value.height = BigInt(shape.value.height)
  return {
    ...json,
    id: BigInt(json.id),
    wide: BigInt(json.wide),
    parent: json.parent ?? undefined,
    counts: new Map(json.counts),
    raw: Uint8Array.from(json.raw),
  }
}
