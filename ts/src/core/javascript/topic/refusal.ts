/** How a text is refused: with the text, the place and what to write instead. */
import { refusedPattern, refusedTopic } from '../../../errors.js'

/** The longest part of a refused text that its error repeats: an error is read by people, and the text may be of any size. */
const MAX_QUOTED = 1_024

/** The error for a text that is no topic. */
export function noTopic(topic: string, reason: string): Error {
  return refusedTopic(quoted(topic), reason)
}

/** The error for a text that is no pattern; `at` is the index at which it goes wrong. */
export function noPattern(pattern: string, at: number, reason: string): Error {
  return noPatternFrom(pattern, Buffer.byteLength(pattern.slice(0, at)), reason)
}

/** As {@link noPattern}, of a byte: one that may be inside of a character. */
export function noPatternFrom(pattern: string, byte: number, reason: string): Error {
  return refusedPattern(quoted(pattern), byte, reason)
}

/** The text, or its beginning and a `…`. */
function quoted(text: string): string {
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED)}…`
}
