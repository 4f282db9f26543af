/** Globs in a trie of tokens: an insertion or a removal costs the tokens of the glob, whatever else there is. */
import { type Glob, ONE, REST, type Token } from '../topic/glob.js'
import { TokenGlob } from '../topic/token-glob.js'
import { add, type Entries, type Entry, remove } from './entry.js'
import type { Plan } from './plan.js'

/** A partial-token glob, and the node below it. */
interface Partial {
  readonly glob: TokenGlob
  readonly node: Node
}

class Node {
  readonly id: number
  /** How many `**` lead here. */
  readonly rests: number
  readonly entries: Entries = []
  /** Of no meaning as long as there are no entries. */
  specificity = 0
  literals: Map<string, Node> | undefined
  /** By source. */
  partials: Map<string, Partial> | undefined
  one: Node | undefined
  rest: Node | undefined

  constructor(id: number, rests: number) {
    this.id = id
    this.rests = rests
  }

  get isLeaf(): boolean {
    return (
      this.literals === undefined &&
      this.one === undefined &&
      this.rest === undefined &&
      this.partials === undefined
    )
  }

  /** The node below a token, if there is one. */
  child(token: Token): Node | undefined {
    if (token === ONE) return this.one
    if (token === REST) return this.rest
    return token instanceof TokenGlob
      ? this.partials?.get(token.source)?.node
      : this.literals?.get(token.text)
  }

  adopt(token: Token, node: Node): void {
    if (token === ONE) this.one = node
    else if (token === REST) this.rest = node
    else if (token instanceof TokenGlob) {
      this.partials ??= new Map()
      this.partials.set(token.source, { glob: token, node })
    } else {
      this.literals ??= new Map()
      this.literals.set(token.text, node)
    }
  }

  disown(token: Token): void {
    if (token === ONE) this.one = undefined
    else if (token === REST) this.rest = undefined
    else if (token instanceof TokenGlob) {
      this.partials?.delete(token.source)
      if (this.partials?.size === 0) this.partials = undefined
    } else {
      this.literals?.delete(token.text)
      if (this.literals?.size === 0) this.literals = undefined
    }
  }
}

/** More than any topic has tokens: a node and a token make one number. */
const TOKENS = 256

/** The trie. */
export class Trie {
  readonly #root = new Node(0, 0)
  #nextId = 1
  /** How many nodes there are besides the root. */
  nodes = 0

  insert(glob: Glob, entry: Entry): void {
    let node = this.#root
    for (const token of glob.tokens) {
      let child = node.child(token)
      if (child === undefined) {
        child = new Node(this.#nextId++, node.rests + (token === REST ? 1 : 0))
        node.adopt(token, child)
        this.nodes++
      }
      node = child
    }
    node.specificity = glob.specificity
    add(node.entries, entry)
  }

  remove({ tokens }: Glob, entry: Entry): boolean {
    const path = [this.#root]
    for (const token of tokens) {
      const node = path.at(-1)?.child(token)
      if (node === undefined) return false
      path.push(node)
    }
    const last = path.at(-1)
    if (last === undefined || !remove(last.entries, entry)) return false
    // From the end back: nodes that lead nowhere any more leave.
    for (let depth = tokens.length; depth > 0; depth--) {
      const node = path[depth]
      const token = tokens[depth - 1]
      if (node === undefined || token === undefined || node.entries.length > 0 || !node.isLeaf) break
      path[depth - 1]?.disown(token)
      this.nodes--
    }
    return true
  }

  /** Adds the entries whose globs match to `plan`. */
  matches(topic: string, plan: Plan): void {
    if (!this.#root.isLeaf) new Walk(topic.split('.'), plan).from(this.#root, 0)
  }
}

class Walk {
  readonly #tokens: readonly string[]
  readonly #plan: Plan
  /** Nodes behind a second `**` and the tokens they were left at: each is continued once, or it would be exponential. */
  #visited: Set<number> | undefined

  constructor(tokens: readonly string[], plan: Plan) {
    this.#tokens = tokens
    this.#plan = plan
  }

  /** Goes on from `node`, where the tokens before `at` have matched. */
  from(node: Node, at: number): void {
    if (node.rests > 1 && !node.isLeaf && !this.#isFirstVisit(node.id * TOKENS + at)) return
    const token = this.#tokens[at]
    if (token === undefined) {
      if (node.entries.length > 0) this.#plan.add(node.entries, node.specificity)
    } else {
      const literal = node.literals?.get(token)
      if (literal !== undefined) this.from(literal, at + 1)
      if (node.one !== undefined) this.from(node.one, at + 1)
      if (node.partials !== undefined) this.#partials(node.partials, token, at)
    }
    if (node.rest !== undefined) this.#rest(node.rest, at)
  }

  #partials(partials: Map<string, Partial>, token: string, at: number): void {
    for (const { glob, node } of partials.values()) if (glob.matches(token)) this.from(node, at + 1)
  }

  #rest(rest: Node, at: number): void {
    if (rest.isLeaf) {
      this.#plan.add(rest.entries, rest.specificity)
      return
    }
    for (let next = at; next <= this.#tokens.length; next++) this.from(rest, next)
  }

  #isFirstVisit(place: number): boolean {
    this.#visited ??= new Set()
    if (this.#visited.has(place)) return false
    this.#visited.add(place)
    return true
  }
}
