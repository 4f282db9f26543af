/** Contenders that encode, decode, or do both. */
import type { CodecEngine, Coding } from '../engines/codecs.js'
import type { Contender, Work } from '../harness/case.js'
import { timed } from '../harness/timed.js'
import type { Value } from './values.js'

/** What one operation is. */
export type Direction = 'encode' | 'decode' | 'both'

/** One operation encodes one of sixteen values, decodes one, or takes one there and back. */
export function coding(engine: CodecEngine, values: readonly Value[], direction: Direction): Contender {
  return {
    engine: engine.name,
    version: engine.version,
    role: engine.role,
    prepare: async (roundMs) => {
      const codec = await engine.open()
      // Copies: what is encoded is valid until the next one is. In one memory, as the frames of a batch are.
      const encoded = inOneMemory(values.map((value) => heard(codec, new Uint8Array(codec.encode(value)))))
      const operations = { encode: encoding, decode: decoding, both: travelling }
      return timed(operations[direction](codec, values, encoded), roundMs)
    },
  }
}

/** What follows in a stream can be read only by who has read what came before it. */
function heard({ decode }: Coding, bytes: Uint8Array): Uint8Array {
  decode(bytes)
  return bytes
}

function encoding({ encode }: Coding, values: readonly Value[], encoded: readonly Uint8Array[]): Work {
  let bytes = 0
  return {
    run: (count) => {
      for (let turn = 0; turn < count; turn++) bytes += encode(values[turn & 15]).length
    },
    verify: (count) => {
      const expected = sum(count, (turn) => encoded[turn]?.length ?? 0)
      // The first message of a stream tells its shapes, and is longer than those that count here.
      if (bytes > expected || bytes < expected / 2) throw new Error(`${bytes} bytes came of ${expected}`)
      bytes = 0
    },
  }
}

function decoding({ decode }: Coding, values: readonly Value[], encoded: readonly Uint8Array[]): Work {
  let total = 0
  return {
    run: (count) => {
      for (let turn = 0; turn < count; turn++)
        total += (decode(encoded[turn & 15] as Uint8Array) as Value).value
    },
    verify: (count) => {
      mustAddUp(total, count, values)
      total = 0
    },
  }
}

function travelling({ encode, decode }: Coding, values: readonly Value[]): Work {
  let total = 0
  return {
    run: (count) => {
      for (let turn = 0; turn < count; turn++) total += (decode(encode(values[turn & 15])) as Value).value
    },
    verify: (count) => {
      mustAddUp(total, count, values)
      total = 0
    },
  }
}

function mustAddUp(total: number, count: number, values: readonly Value[]): void {
  const expected = sum(count, (turn) => values[turn]?.value ?? 0)
  if (total !== expected)
    throw new Error(`the values add up to ${expected}, and those that came back to ${total}`)
}

/** Of `count` operations, which take sixteen in turn. */
function sum(count: number, of: (turn: number) => number): number {
  let whole = 0
  let rest = 0
  for (let turn = 0; turn < 16; turn++) {
    whole += of(turn)
    if (turn < count % 16) rest += of(turn)
  }
  return Math.floor(count / 16) * whole + rest
}

function inOneMemory(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const memory = Buffer.from(new ArrayBuffer(parts.reduce((total, { length }) => total + length + 8, 0)))
  let at = 0
  return parts.map((part) => {
    const start = at
    memory.set(part, start)
    at = (start + part.length + 7) & ~7
    return memory.subarray(start, start + part.length)
  })
}
