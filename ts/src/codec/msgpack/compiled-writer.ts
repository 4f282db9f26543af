/**
 * Code that writes the objects of one shape, compiled for it: keys as numbers in the code, each member by its name. What it
 * calls of the encoder and its output stands in a text, which TypeScript does not check; the tests of shapes run all of it.
 */
import type { Encoder } from './encoder.js'
import type { KeyBytes } from './key-bytes.js'
import type { Output } from './output.js'
import type { Place } from './shapes.js'

/** Writes an object that has the keys of the shape, in their order, and no others. */
export type Write = (value: object, encoder: Encoder, output: Output) => void

/** @param places - those of the keys, 0 to {@link MAX_KEYS} */
export function compiledWriter(places: readonly Place[]): Write {
  const members = places.map(({ key, bytes }, index) => {
    return `
    ${keyWriter(bytes, index)}
    const v${index} = value[${JSON.stringify(key)}]
    if (typeof v${index} === 'string') encoder.text(v${index})
    else if (typeof v${index} === 'number') output.number(v${index})
    else encoder.value(v${index})`
  })
  const code = `return (value, encoder, output) => { output.map(${places.length}); ${members.join('')}
}`
  return new Function('places', code)(places) as Write
}

function keyWriter({ bytes, length }: KeyBytes, index: number): string {
  if (length > 16) return `output.key(places[${index}].bytes)`
  const padded = new DataView(new ArrayBuffer(16))
  for (const [at, byte] of bytes.entries()) padded.setUint8(at, byte)
  const words = Array.from({ length: Math.ceil(length / 4) }, (_, word) => padded.getInt32(4 * word))
  return `output.words${words.length}(${length}, ${words.join(', ')})`
}
