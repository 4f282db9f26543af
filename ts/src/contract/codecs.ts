/** How payloads become bytes on their way to another thread, as far as users choose it. */

/** The codecs that every thread knows. What each preserves is in `docs/payloads.md`. */
export type BuiltInCodec = 'msgpack' | 'json' | 'structured-clone' | 'bytes'

/** The name of a codec: one that is built in, or that of a {@link Codec} of one's own. */
export type CodecName = BuiltInCodec | (string & {})

/**
 * A codec of one's own. Each thread that sends or receives with it passes it to `open()`; its name, which travels with
 * each payload, must mean the same everywhere. `undefined` is never given to it: it travels as nothing.
 *
 * @typeParam T - what it encodes
 * @example
 * const text = {
 *   name: 'text',
 *   encode: (value: unknown) => Buffer.from(JSON.stringify(value)),
 *   decode: (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString()),
 * }
 * const bus = open('shop', { codecs: [text], codec: 'text' })
 */
export interface Codec<in out T = unknown> {
  /** Its name: 1 to 255 bytes of UTF-8, none of those that are built in. */
  readonly name: string
  /** The bytes of `value`, which are copied before anything else is encoded. What it throws refuses the payload. */
  encode(value: T): Uint8Array
  /** The value of `bytes`, which it may keep. What it throws refuses the payload. */
  decode(bytes: Uint8Array): T
}

/** A codec of one's own, whatever it encodes. */
// biome-ignore lint/suspicious/noExplicitAny: a list of codecs holds those of different types, and nothing else fits all.
export type AnyCodec = Codec<any>
