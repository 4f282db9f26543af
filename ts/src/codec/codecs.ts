/** Which codec a topic has, and the codecs of the user's own that this thread knows. */
import type { AnyCodec, CodecName } from '../contract/codecs.js'
import { optionsDiffer } from '../errors.js'

/** The codecs of one bus in one thread. */
export class Codecs {
  readonly #default: CodecName
  readonly #own = new Map<string, AnyCodec>()
  readonly #codecOf: ((topic: string) => CodecName | undefined) | undefined

  /**
   * @param byDefault - the name of the codec of topics that have no other
   * @param codecOf - the name of the codec of a topic, where it has one of its own; default: none has
   */
  constructor(byDefault: CodecName = 'msgpack', codecOf?: (topic: string) => CodecName | undefined) {
    this.#default = byDefault
    this.#codecOf = codecOf
  }

  /** From now on the thread knows these, too; throws `ERR_BUS_OPTIONS_DIFFER` where it knows another by the name of one. */
  add(bus: string, codecs: readonly AnyCodec[]): void {
    for (const codec of codecs) {
      const known = this.#own.get(codec.name) ?? codec
      if (known !== codec) {
        const name = JSON.stringify(codec.name)
        throw optionsDiffer(bus, `one codec ${name}`, 'another one of that name')
      }
    }
    for (const codec of codecs) this.#own.set(codec.name, codec)
  }

  /** The name of the codec of `topic`. */
  nameFor(topic: string): CodecName {
    return this.#codecOf?.(topic) ?? this.#default
  }

  /** The codec of the user's own that has the name. */
  own(name: string): AnyCodec {
    const codec = this.#own.get(name)
    if (codec !== undefined) return codec
    throw new RangeError(`this thread has no codec ${JSON.stringify(name)}: give it to open() in 'codecs'`)
  }
}

/** Where no bus has a say: every topic has the codec that is the default of defaults. */
export const BUILT_IN: Codecs = new Codecs()
