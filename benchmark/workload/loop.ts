/**
 * The loops that publish. Each contender gets its own, compiled from its own source text: in a loop that is shared, the
 * call would become megamorphic, and its cost would be added to everybody.
 */
import { PAYLOADS, type Payload } from './tally.js'

/** Publishes; the payload comes second. */
export type Publish = (topic: string, payload: Payload) => void

/** A topic that was bound beforehand. */
export interface Bound {
  publish(payload: Payload): unknown
}

/** Does it `count` times. */
export type Loop = (count: number) => void

/** A topic in two parts, which make it when they are put together; or with a number in between, a new one each time. */
export interface Cut {
  readonly head: string
  readonly tail: string
}

/** Publishes to strings that live long, in turn. */
export function overTopics(publish: Publish, topics: readonly string[]): Loop {
  return compile({ publish, topics }, 'topics.length', 'publish(topics[at], payloads[turn & 15])')
}

/** Publishes to strings that are made for the message, as `${…}` does it. */
export function overCuts(publish: Publish, cuts: readonly Cut[]): Loop {
  const { heads, tails } = parts(cuts)
  const call = 'publish(heads[at] + tails[at], payloads[turn & 15])'
  return compile({ publish, heads, tails }, 'heads.length', call)
}

/** Publishes to topics that were never seen before: a number that never comes again stands in each. */
export function overNewTopics(publish: Publish, cuts: readonly Cut[]): Loop {
  const { heads, tails } = parts(cuts)
  const call = 'publish(heads[at] + ++serial + tails[at], payloads[turn & 15])'
  return compile({ publish, heads, tails }, 'heads.length', call)
}

/** Publishes through bound topics, in turn. */
export function overBound(bound: readonly Bound[]): Loop {
  return compile({ bound }, 'bound.length', 'bound[at].publish(payloads[turn & 15])')
}

function parts(cuts: readonly Cut[]): { heads: string[]; tails: string[] } {
  return { heads: cuts.map(({ head }) => head), tails: cuts.map(({ tail }) => tail) }
}

let loops = 0

function compile(names: Record<string, unknown>, length: string, call: string): Loop {
  const source = `
    let at = 0
    let serial = 0
    return function loop${++loops}(count) {
      for (let turn = 0; turn < count; turn++) {
        if (++at >= ${length}) at = 0
        ${call}
      }
    }`
  return new Function('payloads', ...Object.keys(names), source)(PAYLOADS, ...Object.values(names)) as Loop
}
