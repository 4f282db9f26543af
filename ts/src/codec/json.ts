/** The codec `json`: what JSON does, also to what it does not know. */

/** The JSON of `value`. Throws on what has none. */
export function encodeJson(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON`)
  return text
}

/** The value of a text. Throws where it is no JSON. */
export function decodeJson(text: string): unknown {
  return JSON.parse(text)
}
