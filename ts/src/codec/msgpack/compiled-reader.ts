/**
 * Code that reads the objects of one shape, compiled for it: keys are compared as numbers in the code, and the object is made
 * at once, by a literal. Where another key comes than the shape has, it hands over what it has read, and reads nothing twice.
 * What it calls stands in a text, as in `compiled-writer.ts`.
 */
import type { Decoder } from './decoder.js'
import type { Input } from './input.js'
import type { Place } from './shapes.js'

/** Reads an object from behind its first key on, which is that of the shape. */
export type Read = (input: Input, decoder: Decoder) => unknown

/** @param places - those of the keys, 1 to {@link MAX_KEYS} */
export function compiledReader(places: readonly Place[]): Read {
  const count = places.length
  const members = places.map((_, index) => {
    const read = Array.from({ length: index }, (__, earlier) => `v${earlier}`).join(', ')
    const check =
      index === 0
        ? ''
        : `if (!${keyReader(places, index)}) return decoder.resume(places[${index - 1}], places[0], ${count}, [${read}])`
    // Small numbers and short texts at once; the rest is a call.
    return `${check}
    tag = input.byte()
    const v${index} = tag < 0x80 ? tag : tag >= 0xa0 && tag < 0xc0 ? input.text(tag & 0x1f) : decoder.tagged(tag)`
  })
  const literal = places.map(({ key }, index) => `${member(key)}: v${index}`).join(', ')
  const code = `return (input, decoder) => { let tag; ${members.join('\n')}\n return { ${literal} }\n}`
  return new Function('places', code)(places) as Read
}

/** The name of a member in a literal. */
export function member(key: string): string {
  const text = JSON.stringify(key)
  // In brackets it is a property like any other; for all others V8 is slower with brackets.
  return key === '__proto__' ? `[${text}]` : text
}

function keyReader(places: readonly Place[], index: number): string {
  const { length, words, last } = (places[index] as Place).bytes
  if (length < 4 || length > 16) return `input.takes(places[${index}].bytes)`
  return `input.takes${words.length + 1}(${[length, ...words, last].join(', ')})`
}
