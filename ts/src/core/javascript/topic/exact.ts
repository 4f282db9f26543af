/** Exact topics: what is one, and its tokens. */
import { noTopic } from './refusal.js'

/** The longest topic, in bytes of UTF-8: as long as a file name, and short enough that matching one is always quick. */
export const MAX_TOPIC_BYTES = 255

/** A character takes at most this many bytes for each of its code units. */
const MOST_BYTES_PER_UNIT = 3

const DOT = 0x2e
const STAR = 0x2a
const QUESTION_MARK = 0x3f
const DELETE = 0x7f

/** Whether `topic` is a topic, of a user or reserved. */
export function isTopic(topic: string): boolean {
  if (!isShort(topic)) return false
  let before = DOT
  for (let at = 0; at < topic.length; at++) {
    const unit = topic.charCodeAt(at)
    if ((unit === DOT && before === DOT) || !isTopicUnit(unit)) return false
    before = unit
  }
  return before !== DOT
}

/** Whether it is no longer than a topic may be. */
export function isShort(topic: string): boolean {
  return topic.length * MOST_BYTES_PER_UNIT <= MAX_TOPIC_BYTES || Buffer.byteLength(topic) <= MAX_TOPIC_BYTES
}

/** Whether `topic` is an address, which patterns see only if they begin with a `$` themselves. */
export function isReserved(topic: string): boolean {
  return topic.startsWith('$')
}

/** Whether some topic holds this character inside a token. */
export function isTokenCharacter(point: number): boolean {
  return point !== DOT && isTopicUnit(point)
}

/** The error that says what is wrong with a text that a user may not publish to. */
export function noUserTopic(topic: string): Error {
  if (isReserved(topic)) {
    const instead = 'to reach one receiver, give its address ({ id }, { name }, { service } or { pool })'
    const reason = `a leading \`$\` is reserved for addresses: ${instead}; else begin with another character`
    return noTopic(topic, reason)
  }
  return noTopic(topic, reasonOf(topic))
}

function reasonOf(topic: string): string {
  if (topic === '') return 'it is empty: write at least one token, such as `orders`'
  if (!isShort(topic)) {
    const bytes = Buffer.byteLength(topic)
    return `it is ${bytes} bytes of UTF-8 long: shorten it to ${MAX_TOPIC_BYTES} or fewer`
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  const wrong = /^\.|(?<=\.)\.|[\0-\x1f\x7f*?]|(?<=\.)$/.exec(topic)
  const at = Buffer.byteLength(topic.slice(0, wrong?.index))
  const character = wrong?.[0] ?? ''
  if (character === '' || character === '.') {
    return `it has an empty token at byte ${at}: write one \`.\` between two tokens and none at the ends`
  }
  if (character === '*' || character === '?') {
    return `byte ${at} is \`${character}\`, a wildcard, which topics do not hold: name the one topic that is meant`
  }
  return `byte ${at} is the control character ${named(character)}: take it out or write it as text`
}

/** A control character as Unicode writes it. */
export function named(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** Everything that topics do not hold is ASCII, so a half of a pair is as good as the whole. */
function isTopicUnit(unit: number): boolean {
  return unit > 0x1f && unit !== STAR && unit !== QUESTION_MARK && unit !== DELETE
}
