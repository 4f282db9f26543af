/**
 * Entries that were parked and whose keys are free again, the oldest first: what was held back keeps its place. A binary
 * heap, as keys come free in any order; it holds those that came free while no slot was, which is mostly one or none.
 */

/** What is older has the smaller place. */
interface Placed {
  readonly place: number
}

/** The heap. */
export class Ready<Item extends Placed> {
  readonly #items: Item[] = []

  get oldest(): Item | undefined {
    return this.#items[0]
  }

  push(item: Item): void {
    const items = this.#items
    let at = items.length
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = items[above]
      if (parent === undefined || parent.place <= item.place) break
      items[at] = parent
      at = above
    }
    items[at] = item
  }

  /** Takes out the oldest. */
  pop(): void {
    const items = this.#items
    const last = items.pop()
    if (last === undefined || items.length === 0) return
    let at = 0
    for (let below = 1; below < items.length; below = at * 2 + 1) {
      const right = items[below + 1]
      if (right !== undefined && right.place < (items[below] as Item).place) below++
      const child = items[below]
      if (child === undefined || last.place <= child.place) break
      items[at] = child
      at = below
    }
    items[at] = last
  }
}
