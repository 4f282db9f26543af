/** Freezes a payload with all that it holds, so that in development whoever changes it later is found out. */

/** Freezes `value`, and returns it. Bytes, and what holds them, cannot be frozen and stay as they are. */
export function freezeDeeply(value: unknown): unknown {
  const open: unknown[] = [value]
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null || Object.isFrozen(next) || ArrayBuffer.isView(next))
      continue
    Object.freeze(next)
    open.push(...Object.values(next))
    if (next instanceof Map) for (const pair of next) open.push(...pair)
    else if (next instanceof Set) open.push(...next)
  }
  return value
}
