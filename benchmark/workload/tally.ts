/** Receivers whose work can be checked: they count what they got, and add its values up. */

/** What is published. */
export interface Payload {
  readonly value: number
}

/** What the receivers of one contender got. */
export interface Tally {
  count: number
  sum: number
}

/** A receiver, in whatever form an engine calls it. */
// biome-ignore lint/suspicious/noExplicitAny: each engine has its own signature, and the sources below keep to it.
export type Receiver = (...args: any[]) => void

/**
 * How an engine calls a receiver: with the payload; with a message that holds it, and a callback that must be called; with a
 * context that holds it.
 */
export type Shape = 'payload' | 'message and done' | 'context'

const SOURCES: Record<Shape, string> = {
  payload: '(payload) => { tally.count++; tally.sum += payload.value }',
  'message and done': '(message, done) => { tally.count++; tally.sum += message.payload.value; done() }',
  context: '(context) => { tally.count++; tally.sum += context.params.value }',
}

/**
 * So many different receivers: a program has many, and calling one of 64 costs ten times what calling the same one
 * does. One source text each, because V8 treats closures of the same text as one function.
 */
const DIFFERENT = 64

/** The receivers of one contender, in turn. */
export function receivers(shape: Shape, tally: Tally): (index: number) => Receiver {
  const all = Array.from({ length: DIFFERENT }, (_, number): Receiver => {
    const source = `return /* receiver ${number} */ ${SOURCES[shape]}`
    return new Function('tally', source)(tally)
  })
  return (index) => all[index % DIFFERENT] as Receiver
}

/** Sixteen payloads, so that no value can be folded into a receiver. */
export const PAYLOADS: readonly Payload[] = Array.from({ length: 16 }, (_, value) => ({ value }))

/** Throws unless `count` messages, with the payloads in turn, reached one receiver each; then starts anew. */
export function verify(tally: Tally, count: number): void {
  const rest = count % 16
  const sum = Math.floor(count / 16) * 120 + (rest * (rest - 1)) / 2
  const got = { ...tally }
  tally.count = 0
  tally.sum = 0
  if (got.count !== count) throw new Error(`${count} messages were published, and ${got.count} were received`)
  if (got.sum !== sum) throw new Error(`the payloads add up to ${sum}, and the received ones to ${got.sum}`)
}
