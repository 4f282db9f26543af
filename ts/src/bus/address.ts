/** Addresses are topics of a reserved prefix, so there is one routing table and one look-up. */
import type { Address } from '../contract/addresses.js'
import { invalidAddress } from '../errors.js'

const KINDS = ['id', 'name', 'service', 'pool'] as const

/** The longest topic, in bytes of UTF-8. Nobody can be registered under a longer one. */
const MAX_TOPIC_BYTES = 255

/** The topic that a message for `target` is sent to: the target itself, where it is a topic. */
export function topicOf(target: string | Address): string {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) throw invalidAddress(target)
  const given: Readonly<Record<string, unknown>> = { ...target }
  const members = Object.keys(given).filter((member) => given[member] !== undefined)
  const kind = KINDS.find((one) => one === members[0])
  if (kind === undefined || members.length > 1) throw invalidAddress(target)
  const value = given[kind]
  if (kind === 'id' ? !Number.isInteger(value) : typeof value !== 'string' || value === '')
    throw invalidAddress(target)
  const topic = `$${kind}.${value}`
  // The core would refuse it as a topic, which it is not to whoever wrote it.
  if (!topic.isWellFormed() || Buffer.byteLength(topic) > MAX_TOPIC_BYTES) throw invalidAddress(target)
  return topic
}

/** The reverse of {@link topicOf}, for a topic of our own. */
export function targetOf(topic: string): string | Address {
  if (!topic.startsWith('$')) return topic
  // The first dot: a name may have others.
  const dot = topic.indexOf('.')
  const kind = topic.slice(1, dot)
  const value = topic.slice(dot + 1)
  return { [kind]: kind === 'id' ? Number(value) : value } as unknown as Address
}
