/**
 * A bus with two attachments in one thread: one that asks, and one that answers as another thread would. Frames go between
 * them as between threads, and either can die as a thread does, but nothing has to be started.
 */
import type { CoreName } from 'busbar'
import { virtualClock } from 'busbar/testing'
import type { ThreadBus as Side } from '../../ts/src/bus/bus.js'
import type { OpenOptions } from '../../ts/src/contract/options.js'
import type { Core, CoreAttachment } from '../../ts/src/core/core.js'
import { cores, layout } from './core/cores.js'
import { busSettings, ThreadBus, threadSettings } from './inside.js'

export type { Side }

/** The two sides. */
export interface TwoSides {
  readonly here: Side
  readonly there: Side
  /** The environment of the other side ends, without a word to its bus. */
  kill(): void
  /** As {@link kill}, of the side that asks. */
  killHere(): void
  /** How many frames of a kind this side has sent. */
  sentBy(side: 'here' | 'there', kind: number): number
  /** From now on nobody can read what a frame of this kind holds, whichever side sends it; it names no topic. */
  spoil(kind: number): void
}

/** The number of the codec, and the beginning of a text whose length follows: there is nothing more. */
const MSGPACK = 5
const LONG_TEXT = 0xdb

/** A bus of that name; the clock of the options is followed once, for both. */
export function twoSides(name: string, options?: OpenOptions, coreName: CoreName = 'native'): TwoSides {
  const attachments: CoreAttachment[] = []
  const sent: number[][] = []
  const spoilt = new Set<number>()
  const core: Core = {
    name: coreName,
    attach(...given) {
      const attachment = cores[coreName].attach(...given)
      attachments.push(attachment)
      const kinds: number[] = []
      sent.push(kinds)
      const { submit } = attachment
      attachment.submit = (bytes, length) => {
        for (const { kind, at } of framesOf(bytes, length)) {
          kinds[kind] = (kinds[kind] ?? 0) + 1
          if (!spoilt.has(kind)) continue
          bytes[at + layout.WORD_TOPIC * 4 + 3] = MSGPACK
          bytes[at + layout.HEADER_BYTES] = LONG_TEXT
        }
        submit.call(attachment, bytes, length)
      }
      return attachment
    },
  }
  const asked = { settings: busSettings(options), namesAny: false }
  const side = (own?: OpenOptions): Side => new ThreadBus(core, name, asked, threadSettings(own), () => {})
  const here = side(options)
  // Whoever moves time moves it for all: were it followed twice, it would go twice as far.
  const there = side(options?.clock === undefined ? options : { ...options, clock: virtualClock() })
  return {
    here,
    there,
    kill: () => attachments[1]?.detach(),
    killHere: () => attachments[0]?.detach(),
    sentBy: (which, kind) => sent[which === 'here' ? 0 : 1]?.[kind] ?? 0,
    spoil: (kind) => spoilt.add(kind),
  }
}

/** The frames of a batch. */
function* framesOf(bytes: Uint8Array, length: number): Generator<{ kind: number; at: number }> {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, length >>> 2)
  for (let word = 0; word < words.length; word += (words[word + layout.WORD_SIZE] ?? 4) >>> 2) {
    yield { kind: (words[word + layout.WORD_KIND] ?? 0) & 0xff, at: word * 4 }
  }
}
