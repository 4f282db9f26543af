/**
 * Code that writes the objects of one shape, compiled for it: keys as numbers in the code, each member by its name. What it
 * calls of the encoder and its output stands in a text, which TypeScript does not check; the tests of shapes run all of it.
 */
import type { Encoder } from './encoder.js'
import type { KeyBytes } from './key-bytes.js'
import type { Output } from './output.js'

/** Writes an object that has the keys of the shape, in their order, and no others. */
export type Write = (value: object, encoder: Encoder, output: Output) => void

/** A key of the shape. */
interface Key {
  readonly key: string
  readonly bytes: KeyBytes
}

/** @param keys - 1 to {@link MAX_KEYS} */
export function compiledWriter(keys: readonly Key[]): Write {
  const members = keys.map(({ key, bytes }, index) => {
    return `
    ${keyWriter(bytes, index)}
    const v${index} = value[${JSON.stringify(key)}]
    if (typeof v${index} === 'string') encoder.text(v${index})
    else if (typeof v${index} === 'number') output.number(v${index})
    else encoder.value(v${index})`
  })
  const code = `return (value, encoder, output) => { output.map(${keys.length}); ${members.join('')}
}`
  return new Function('keys', code)(keys.map(({ bytes }) => bytes)) as Write
}

function keyWriter({ bytes, length }: KeyBytes, index: number): string {
  if (length > 16) return `output.key(keys[${index}])`
  const padded = new DataView(new ArrayBuffer(16))
  for (const [at, byte] of bytes.entries()) padded.setUint8(at, byte)
  const words = Array.from({ length: Math.ceil(length / 4) }, (_, word) => padded.getInt32(4 * word))
  return `output.words${words.length}(${length}, ${words.join(', ')})`
}
