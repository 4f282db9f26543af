/**
 * Topics as words of frames. Few topics make up most of the traffic: each side remembers some, so that as a rule nothing is
 * encoded or decoded, and a topic that is read is the same string each time, whose hash is known when its plan is looked up.
 * What that saves: `docs/decisions/topics-on-the-way.md`.
 */

/** How many topics each side remembers; they have at most 255 bytes. */
const MOST_TOPICS = 4_096

/** A topic, encoded. */
interface Encoded {
  readonly bytes: number
  /** Its bytes, and zeros behind them. */
  readonly words: Uint32Array
}

/** Writes topics. */
export class TopicWriter {
  readonly #known = new Map<string, Encoded>()
  /** The one that came last, as most often comes again. */
  #topic = ''
  #encoded: Encoded = encode('')

  /** The words of a topic. */
  encode(topic: string): Encoded {
    if (topic !== this.#topic) {
      this.#encoded = this.#find(topic)
      this.#topic = topic
    }
    return this.#encoded
  }

  #find(topic: string): Encoded {
    let encoded = this.#known.get(topic)
    if (encoded === undefined) {
      encoded = encode(topic)
      // All at once, rarely: to forget the oldest each time would cost more than it saves where none comes again.
      if (this.#known.size === MOST_TOPICS) this.#known.clear()
      this.#known.set(topic, encoded)
    }
    return encoded
  }
}

/** A topic that was read, and where it may be found again. */
interface Known extends Encoded {
  readonly topic: string
}

/** Reads topics. */
export class TopicReader {
  /** By a hash of their words; a newcomer takes the place of whoever was there. */
  readonly #known: (Known | undefined)[] = new Array(MOST_TOPICS).fill(undefined)
  /** The one that came last, as most often comes again: then there is nothing to be hashed. */
  #last: Known = { topic: '', ...encode('') }

  /** The topic of `bytes` bytes that begins with a word of `words`; what is behind it does not matter. */
  read(buffer: Buffer, words: Uint32Array, word: number, bytes: number): string {
    if (!isSame(this.#last, words, word, bytes)) this.#last = this.#find(buffer, words, word, bytes)
    return this.#last.topic
  }

  #find(buffer: Buffer, words: Uint32Array, word: number, bytes: number): Known {
    const place = placeOf(words, word, bytes)
    const known = this.#known[place]
    if (known !== undefined && isSame(known, words, word, bytes)) return known
    const start = word * 4
    const topic = buffer.toString('utf8', start, start + bytes)
    const found = { topic, ...encode(topic) }
    this.#known[place] = found
    return found
  }
}

function encode(topic: string): Encoded {
  const bytes = Buffer.from(topic)
  const words = new Uint32Array(Math.ceil(bytes.length / 4))
  new Uint8Array(words.buffer).set(bytes)
  return { bytes: bytes.length, words }
}

function placeOf(words: Uint32Array, word: number, bytes: number): number {
  const whole = bytes >>> 2
  let hash = bytes
  for (let index = 0; index < whole; index++) hash = Math.imul(hash ^ (words[word + index] ?? 0), 0x9e37_79b1)
  hash = Math.imul(hash ^ ((words[word + whole] ?? 0) & maskOf(bytes)), 0x9e37_79b1)
  return (hash >>> 16) % MOST_TOPICS
}

function isSame(topic: Known, words: Uint32Array, word: number, bytes: number): boolean {
  if (topic.bytes !== bytes) return false
  const known = topic.words
  const whole = bytes >>> 2
  for (let index = 0; index < whole; index++) if (known[index] !== words[word + index]) return false
  const mask = maskOf(bytes)
  return mask === 0 || known[whole] === ((words[word + whole] ?? 0) & mask) >>> 0
}

/** Of the last word, those bytes that belong to a topic of so many bytes; frames are little-endian. */
function maskOf(bytes: number): number {
  return (1 << ((bytes & 3) * 8)) - 1
}
