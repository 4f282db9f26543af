/**
 * The trie that one writes by hand for globs: `*` for a token, `**` at the end. It does less than a bus has to: `**` in
 * the middle, partial tokens, classes, alternatives, order and the same receiver under two patterns are not in it.
 */
import type { Receiver } from '../../workload/tally.js'

interface Node {
  literals: Map<string, Node> | undefined
  one: Node | undefined
  here: Receiver[] | undefined
  rest: Receiver[] | undefined
}

/** The trie; see the head of this file. */
export class Trie {
  readonly #root = node()

  add(pattern: string, receiver: Receiver): void {
    const tokens = pattern.split('.')
    const isRest = tokens.at(-1) === '**'
    if (isRest) tokens.pop()
    let at = this.#root
    for (const token of tokens) at = token === '*' ? one(at) : literal(at, token)
    if (isRest) at.rest = [...(at.rest ?? []), receiver]
    else at.here = [...(at.here ?? []), receiver]
  }

  /** Nodes that lead nowhere any more go as well, or a table of short-lived patterns would grow for ever. */
  remove(pattern: string, receiver: Receiver): void {
    const tokens = pattern.split('.')
    const isRest = tokens.at(-1) === '**'
    if (isRest) tokens.pop()
    const way = [this.#root]
    for (const token of tokens) {
      const next = token === '*' ? way.at(-1)?.one : way.at(-1)?.literals?.get(token)
      if (next === undefined) return
      way.push(next)
    }
    const end = way.at(-1)
    if (end === undefined) return
    if (isRest) end.rest = without(end.rest, receiver)
    else end.here = without(end.here, receiver)
    for (let depth = tokens.length; depth > 0 && isEmpty(way[depth] as Node); depth--) {
      const parent = way[depth - 1] as Node
      if (tokens[depth - 1] === '*') {
        parent.one = undefined
      } else {
        parent.literals?.delete(tokens[depth - 1] as string)
        if (parent.literals?.size === 0) parent.literals = undefined
      }
    }
  }

  match(topic: string): Receiver[] {
    const found: Receiver[] = []
    walk(this.#root, topic, 0, found)
    return found
  }
}

/** Tokens are cut off as the walk gets to them: faster than `split`, which cuts also those that nobody asks for. */
function walk(from: Node, topic: string, start: number, found: Receiver[]): void {
  if (from.rest !== undefined) for (const receiver of from.rest) found.push(receiver)
  if (start > topic.length) {
    if (from.here !== undefined) for (const receiver of from.here) found.push(receiver)
    return
  }
  if (from.literals === undefined && from.one === undefined) return
  const dot = topic.indexOf('.', start)
  const end = dot === -1 ? topic.length : dot
  const next = from.literals?.get(topic.slice(start, end))
  if (next !== undefined) walk(next, topic, end + 1, found)
  if (from.one !== undefined) walk(from.one, topic, end + 1, found)
}

function node(): Node {
  return { literals: undefined, one: undefined, here: undefined, rest: undefined }
}

function one(parent: Node): Node {
  parent.one ??= node()
  return parent.one
}

function literal(parent: Node, token: string): Node {
  parent.literals ??= new Map()
  let child = parent.literals.get(token)
  if (child === undefined) {
    child = node()
    parent.literals.set(token, child)
  }
  return child
}

function without(list: Receiver[] | undefined, receiver: Receiver): Receiver[] | undefined {
  const left = list?.filter((other) => other !== receiver)
  return left === undefined || left.length === 0 ? undefined : left
}

function isEmpty({ literals, one: child, here, rest }: Node): boolean {
  return literals === undefined && child === undefined && here === undefined && rest === undefined
}
