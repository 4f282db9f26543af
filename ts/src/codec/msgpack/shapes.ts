/**
 * What objects look like: which keys follow one another. Most messages are of few shapes, so each key is expected to be
 * the one that came last in its place: its bytes are compared, not read, and an object that is whole is made in one go,
 * with all its keys. Nothing is agreed upon with any sender: a message stands alone, and what is expected wrongly costs
 * time alone.
 */

import { put } from '../own-property.js'
import { compiledReader, member, type Read } from './compiled-reader.js'
import { compiledWriter, type Write } from './compiled-writer.js'
import { type KeyBytes, keyBytes } from './key-bytes.js'

/** Makes an object of the values that lie in `values` from `base` on. */
export type Build = (values: readonly unknown[], base: number) => object

/** An object of more keys is read without expectations: it is a dictionary, and no two are alike. */
export const MAX_KEYS = 64
/** A longer key is not remembered. */
const MAX_KEY_BYTES = 64
/** How many keys are remembered, each in its place; then all are forgotten. */
const MAX_PLACES = 4_096
/** A shape that comes more often is compiled. */
const COMPILE_AFTER = 16

const NO_BYTES = keyBytes(new Uint8Array(0))

/** A key in its place: after the keys of the places above it. */
export class Place {
  readonly key: string
  /** The key as it is in a message. */
  readonly bytes: KeyBytes
  readonly #above: Place | undefined
  /** What followed last. */
  next: Place | undefined
  /** What followed before that: objects of two kinds come in turn where one is inside of the other. */
  other: Place | undefined
  #following: Map<string, Place> | undefined
  #build: Build | undefined
  #write: Write | undefined
  #read: Read | undefined
  #length: number
  /** Where the last object ended that began with this key. */
  whole: Place | undefined
  #uses = 0

  constructor(key: string, bytes: KeyBytes, above: Place | undefined) {
    this.key = key
    this.bytes = bytes
    this.#above = above
    this.#length = above === undefined ? 0 : above.#length + 1
  }

  /** What follows here by the key `key`, if it is known. */
  following(key: string): Place | undefined {
    return this.#following?.get(key)
  }

  /** What follows by the key `key`, if it is known, and is expected to from now on. */
  step(key: string): Place | undefined {
    const { next, other } = this
    if (next !== undefined && next.key === key) return next
    const known = other !== undefined && other.key === key ? other : this.#following?.get(key)
    if (known !== undefined) this.expect(known)
    return known
  }

  /** What writes objects that end here; undefined where there have been too few of them. */
  writer(): Write | undefined {
    if (this.#write === undefined && this.#comesOften()) this.#write = compiledWriter(this.#path())
    return this.#write
  }

  /** What reads objects of `length` keys that end here; undefined where they have others, or there have been too few. */
  reader(length: number): Read | undefined {
    return this.#length === length ? this.#read : undefined
  }

  /** Whether the key is that of this place, or of one above it. */
  has(key: string): boolean {
    for (let place: Place = this; place.#above !== undefined; place = place.#above) {
      if (place.key === key) return true
    }
    return false
  }

  /** From now on `place` may follow. */
  add(place: Place): void {
    this.#following ??= new Map()
    this.#following.set(place.key, place)
  }

  /** From now on `place`, which may follow, is what is expected to. */
  expect(place: Place): void {
    this.other = this.next
    this.next = place
  }

  /** Makes the object that ends here. */
  make(values: readonly unknown[], base: number): object {
    if (this.#build !== undefined) return this.#build(values, base)
    const path = this.#path()
    if (this.#comesOften()) {
      this.#build = compiled(path)
      this.#read = compiledReader(path)
    }
    const object = {}
    for (const [index, { key }] of path.entries()) put(object, key, values[base + index])
    return object
  }

  /** Whether it is worth its code; counts this time. */
  #comesOften(): boolean {
    return MAY_COMPILE && ++this.#uses > COMPILE_AFTER
  }

  /** The places from the first key to this one. */
  #path(): Place[] {
    const places: Place[] = []
    for (let place: Place = this; place.#above !== undefined; place = place.#above) places.push(place)
    return places.reverse()
  }
}

/** The shapes that one decoder knows. */
export class Shapes {
  #root = new Place('', NO_BYTES, undefined)
  #places = 0

  /** The place before the first key. */
  get root(): Place {
    return this.#root
  }

  /**
   * A place for `key`, which is not known to follow `above`; `bytes` is the key in a message. Undefined where it is not to be
   * remembered.
   */
  place(above: Place, key: string, bytes: Uint8Array): Place | undefined {
    if (bytes.length > MAX_KEY_BYTES) return undefined
    // Of a key that comes twice no place is made: who reads one by one notices it.
    if (above.has(key)) return undefined
    if (++this.#places > MAX_PLACES) {
      // Who stands below the old root goes on there, and is forgotten with it.
      this.#root = new Place('', NO_BYTES, undefined)
      this.#places = 0
    }
    const place = new Place(key, keyBytes(bytes), above)
    above.add(place)
    above.expect(place)
    return place
  }
}

/** Where code may not be made from texts, each object is put together key by key. */
const MAY_COMPILE = mayCompile()

function mayCompile(): boolean {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
}

function compiled(places: readonly Place[]): Build {
  const members = places.map(({ key }, index) => `${member(key)}: values[base + ${index}]`)
  return new Function('values', 'base', `return { ${members.join(', ')} }`) as Build
}
