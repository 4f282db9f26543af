/** Whether a payload is what its contract says, by the schema that the contract has for it. */
import type { StandardIssue, StandardResult, StandardSchema } from '../contract/standard-schema.js'
import { invalidPayload, type PayloadIssue } from '../errors.js'

/** What is validated: what is sent, what is answered, or one item of an answer that is a stream. */
export type Validated = 'payload' | 'reply' | 'item'

/**
 * Has a schema look at a value, and returns what it makes of it: at once, or a promise of it where the schema takes its
 * time. Throws, or rejects with, `ERR_BUS_INVALID_PAYLOAD`.
 */
export function validate(
  schema: StandardSchema,
  topic: string,
  what: Validated,
  value: unknown,
): unknown | Promise<unknown> {
  let result: StandardResult<unknown> | Promise<StandardResult<unknown>>
  try {
    result = schema['~standard'].validate(value)
  } catch (error) {
    throw broken(topic, what, error)
  }
  if (!isPromise(result)) return accepted(topic, what, result)
  return result.then(
    (later) => accepted(topic, what, later),
    (error: unknown) => {
      throw broken(topic, what, error)
    },
  )
}

function accepted(topic: string, what: Validated, result: StandardResult<unknown>): unknown {
  if (result.issues === undefined) return result.value
  throw invalidPayload(topic, what, Array.from(result.issues, issueOf))
}

/** A schema ought to return its issues; what one throws instead is as good as an issue. */
function broken(topic: string, what: Validated, error: unknown): Error {
  const message = `its schema threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
  return invalidPayload(topic, what, [{ message, path: [] }], { cause: error })
}

function issueOf({ message, path = [] }: StandardIssue): PayloadIssue {
  // Not `path.map()`, which makes another of its kind: arktype's is more than an array.
  return { message, path: Array.from(path, stepOf) }
}

function stepOf(step: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof step === 'object' ? step.key : step
  return typeof key === 'symbol' ? String(key) : key
}

/** Schemas of other realms make promises of other realms. */
function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
