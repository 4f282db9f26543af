/** Order without a pattern, the same in every run. */

/** A shuffled copy. */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  const copy = [...items]
  let state = 0x9e3779b9
  for (let last = copy.length - 1; last > 0; last--) {
    // The generator mulberry32.
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    const other = ((bits ^ (bits >>> 14)) >>> 0) % (last + 1)
    const held = copy[last] as Item
    copy[last] = copy[other] as Item
    copy[other] = held
  }
  return copy
}
