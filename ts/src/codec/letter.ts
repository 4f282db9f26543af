/** Dead letters as bytes: what the core keeps of a message that failed for good, without reading it. */
import type { DeathReason } from '../contract/dead-letters.js'
import type { Kind } from '../contract/messages.js'
import type { Pattern } from '../contract/patterns.js'
import type { Codecs } from './codecs.js'
import { decodeFailure, encodeFailure } from './failure.js'
import { decodeMsgpack, encodeMsgpack } from './msgpack.js'
import { decodePayload, encodePayload } from './payload.js'
import { stretchOf } from './stretch.js'

/** What is kept of a message that failed for good. */
export interface Letter {
  readonly topic: string
  readonly payload: unknown
  readonly kind: Exclude<Kind, 'request' | 'response'>
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
  readonly key: string | undefined
  /** The lane of its priority. */
  readonly lane: number
  /** When it was sent: milliseconds since the Unix epoch. */
  readonly timestamp: number
  readonly sender: number
  readonly reason: DeathReason
  readonly error: unknown
  readonly attempts: number
  readonly history: readonly { readonly attempt: number; readonly at: number; readonly error: unknown }[]
  readonly endpoint: number
  /** The endpoint's pattern: a text, or the source and the flags of a regular expression. */
  readonly pattern: Pattern
  readonly name: string | undefined
  /** When it was buried: milliseconds since the Unix epoch. */
  readonly buriedAt: number
}

interface Wire extends Omit<Letter, 'payload' | 'error' | 'history' | 'pattern'> {
  readonly codec: number
  readonly payload: Uint8Array
  readonly error: Uint8Array
  readonly history: readonly (readonly [attempt: number, at: number, error: Uint8Array])[]
  readonly pattern: string | readonly [source: string, flags: string]
}

/** A dead letter stays in the process: nothing is left out. */
const NOTHING: readonly string[] = []

/** The bytes of a letter; throws `ERR_BUS_PAYLOAD_NOT_ENCODABLE`. */
export function encodeLetter(letter: Letter, codecs: Codecs): Uint8Array {
  const { pattern, history } = letter
  // Copies: the bytes of an encoder are valid until its next call.
  const { codec, bytes } = encodePayload(letter.topic, letter.payload, codecs)
  const payload = new Uint8Array(bytes)
  const wire: Wire = {
    ...letter,
    codec,
    payload,
    error: new Uint8Array(encodeFailure(letter.error, NOTHING)),
    history: history.map(({ attempt, at, error }) => [
      attempt,
      at,
      new Uint8Array(encodeFailure(error, NOTHING)),
    ]),
    pattern: pattern instanceof RegExp ? [pattern.source, pattern.flags] : pattern,
  }
  return new Uint8Array(encodeMsgpack(wire))
}

/** The letter of some bytes of our own. */
export function decodeLetter(bytes: Uint8Array, codecs: Codecs): Letter {
  const { codec, ...wire } = decodeMsgpack(bytes) as Wire
  const { pattern } = wire
  return {
    ...wire,
    payload: decodePayload(wire.topic, codec, stretchOf(wire.payload), codecs),
    error: decodeFailure(wire.error),
    history: wire.history.map(([attempt, at, error]) => ({ attempt, at, error: decodeFailure(error) })),
    pattern: typeof pattern === 'string' ? pattern : new RegExp(pattern[0], pattern[1]),
  }
}
