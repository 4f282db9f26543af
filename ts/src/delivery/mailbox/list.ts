/**
 * A queue whose links are in what it holds: anything can be taken out of the middle at constant cost, nothing is
 * allocated, and after a peak there is nothing to give back.
 */

/** What can be in one list at a time; the links are the list's. */
export interface Linked<Node> {
  previous: Node | undefined
  next: Node | undefined
}

/** The list. */
export class List<Node extends Linked<Node>> {
  head: Node | undefined = undefined
  tail: Node | undefined = undefined
  length = 0

  /** Appends what is in no list. */
  push(node: Node): void {
    const tail = this.tail
    if (tail === undefined) {
      this.head = node
    } else {
      tail.next = node
      node.previous = tail
    }
    this.tail = node
    this.length++
  }

  /** Takes out what is in this list. */
  remove(node: Node): void {
    const { previous, next } = node
    if (previous === undefined) this.head = next
    else previous.next = next
    if (next === undefined) this.tail = previous
    else next.previous = previous
    // A node that is gone must not keep alive what came after it: the collector may not look at old nodes for long.
    node.previous = undefined
    node.next = undefined
    this.length--
  }

  /** Takes out the first. */
  shift(): Node | undefined {
    const node = this.head
    if (node !== undefined) this.remove(node)
    return node
  }

  /** Puts `node`, which is in no list, in the place of one that is in this list. */
  replace(old: Node, node: Node): void {
    const { previous, next } = old
    node.previous = previous
    node.next = next
    if (previous === undefined) this.head = node
    else previous.next = node
    if (next === undefined) this.tail = node
    else next.previous = node
    old.previous = undefined
    old.next = undefined
  }
}
