/** A bus on each core, of two attachments, and a list of what is registered: whatever is done is done to all three. */
import { deepStrictEqual } from 'node:assert'
import { inspect, isDeepStrictEqual } from 'node:util'
import type { CoreAttachment, Reception } from '../../../ts/src/core/core.js'
import { bounds, cores } from './cores.js'

/** A pattern, and the plainest way to say what it matches. */
export interface Sample {
  readonly pattern: string | RegExp
  readonly matches: (topic: string) => boolean
}

/** What is registered, and by which of the attachments. */
export interface Known extends Sample, Reception {
  readonly endpoint: number
  readonly owner: number
}

/** An attachment of each core. */
interface Twin {
  readonly native: CoreAttachment
  readonly javaScript: CoreAttachment
}

/** What a call did: its result, or what it threw. */
type Outcome<Result> =
  | { readonly result: Result }
  | { readonly code: unknown; readonly at: string | undefined }

/** How large the cache of the native core is: so small that topics push each other out. */
const CACHED_TOPICS = 32

/** Where the list of endpoints begins in an answer, and how many words a handler takes. */
const COUNTS = 5
const HANDLER_WORDS = 6

/** The twins. */
export class Twins {
  readonly #twins: readonly Twin[]
  readonly #known = new Map<number, Known>()
  readonly #withdrawn = new Map<number, Known>()

  constructor(name: string) {
    const attach = (core: 'native' | 'javascript'): CoreAttachment =>
      cores[core].attach(name, '{}', bounds(CACHED_TOPICS), false, false, () => {})
    this.#twins = [1, 2].map(() => ({ native: attach('native'), javaScript: attach('javascript') }))
  }

  /** How many attachments there are; each call names the one that it is made on. */
  get attachments(): number {
    return this.#twins.length
  }

  /** The endpoints that are registered. */
  get endpoints(): readonly Known[] {
    return [...this.#known.values()]
  }

  /** Registers; returns the code where both refuse. */
  register(owner: number, sample: Sample, reception: Reception): unknown {
    const outcome = this.#both(owner, (core) => core.register(sample.pattern, reception))
    if ('code' in outcome) return outcome.code
    const { endpoint, replaced } = outcome.result
    if (replaced !== undefined) this.#known.delete(replaced)
    this.#known.set(endpoint, { ...sample, ...reception, endpoint, owner })
    return undefined
  }

  unregister({ endpoint, owner }: Known): void {
    this.#both(owner, (core) => core.unregister(endpoint))
    this.#known.delete(endpoint)
    this.#withdrawn.delete(endpoint)
  }

  withdraw(known: Known): void {
    this.#both(known.owner, (core) => core.withdraw(known.endpoint))
    this.#known.delete(known.endpoint)
    this.#withdrawn.set(known.endpoint, known)
  }

  /** Asks both who receives a topic, and looks whether the list agrees; returns how many do. */
  resolve(owner: number, topic: string): number {
    const outcome = this.#both(owner, (core) => words(core.resolve(topic)), topic)
    if ('code' in outcome) return 0
    const answer = readable(outcome.result)
    const expected = this.#expected(owner, topic)
    if (!isDeepStrictEqual(answer, expected)) {
      const patterns = this.endpoints.map(({ endpoint, pattern }) => `${endpoint}: ${pattern}`).join('\n')
      deepStrictEqual(
        answer,
        expected,
        `the list differs on ${topic}:\n${inspect({ answer, expected })}\n${patterns}`,
      )
    }
    return answer.matched + answer.handlers.length
  }

  /** Asks both everything else about a topic. */
  inspect(owner: number, topic: string): void {
    this.#both(owner, (core) => core.matched(topic), topic)
    const outcome = this.#both(owner, (core) => [...core.withdrawn(topic)], topic)
    const mine = [...this.#withdrawn.values()].filter((known) => known.owner === owner && !known.isHandler)
    const expected = mine.filter((known) => known.matches(topic)).map(({ endpoint }) => endpoint)
    deepStrictEqual(outcome, { result: expected.sort((a, b) => a - b) }, `withdrawn, of ${topic}`)
    for (const known of [...this.#known.values(), ...this.#withdrawn.values()]) {
      if (!(known.pattern instanceof RegExp)) continue
      this.#both(known.owner, (core) => Object.entries(core.captures(known.endpoint, topic)).sort(), topic)
    }
  }

  /** Compares the directories, and the frames that wait. */
  compare(): void {
    for (const owner of this.#twins.keys()) {
      this.#both(owner, (core) => core.directory())
      this.#both(owner, drained)
    }
  }

  /** Has all that is registered leave, and then the attachments. */
  close(): void {
    for (const known of this.endpoints) this.unregister(known)
    this.compare()
    for (const { native, javaScript } of this.#twins) for (const core of [native, javaScript]) core.detach()
  }

  #both<Result>(owner: number, act: (core: CoreAttachment) => Result, about = ''): Outcome<Result> {
    const twin = this.#twins[owner]
    if (twin === undefined) throw new Error('there is no such attachment')
    const native = attempt(() => act(twin.native))
    const javaScript = attempt(() => act(twin.javaScript))
    if (!isDeepStrictEqual(javaScript, native)) {
      const patterns = this.endpoints.map(({ endpoint, pattern }) => `${endpoint}: ${pattern}`).join('\n')
      deepStrictEqual(
        javaScript,
        native,
        `the cores differ ${JSON.stringify(about)}:\n${inspect({ javaScript, native })}\n${patterns}`,
      )
    }
    return native
  }

  /** What the list says, in the form of {@link readable}. */
  #expected(owner: number, topic: string): Readable {
    const seen = this.endpoints.filter((known) => !known.threadOnly || known.owner === owner)
    const matching = seen.filter((known) => isAddress(known, topic) || known.matches(topic))
    const ranked = matching.sort(
      (one, other) => other.priority - one.priority || one.endpoint - other.endpoint,
    )
    const subscriptions = ranked.filter(({ isHandler }) => !isHandler)
    const elsewhere = subscriptions
      .filter((known) => known.owner !== owner)
      .map((known) => this.#idOf(known.owner))
    return {
      matched: subscriptions.length,
      locals: subscriptions.filter((known) => known.owner === owner).map(({ endpoint }) => endpoint),
      remotes: [...new Set(elsewhere)],
      handlers: ranked
        .filter(({ isHandler }) => isHandler)
        .map((known) => [known.priority, known.endpoint, this.#idOf(known.owner), known.weight]),
    }
  }

  #idOf(owner: number): number {
    return this.#twins[owner]?.native.id ?? 0
  }
}

/** An answer without what is the cores' own matter: how specific each handler is, and so the order within a priority. */
interface Readable {
  readonly matched: number
  readonly locals: readonly number[]
  readonly remotes: readonly number[]
  readonly handlers: readonly (readonly number[])[]
}

function readable(answer: readonly number[]): Readable {
  const [matched = 0, localCount = 0, remoteCount = 0] = answer
  const remotesStart = COUNTS + localCount
  const handlersStart = remotesStart + remoteCount
  const handlers: number[][] = []
  for (let at = handlersStart; at < answer.length; at += HANDLER_WORDS) {
    const [endpoint = 0, attachment = 0, priority = 0, , weight = 0] = answer.slice(at, at + HANDLER_WORDS)
    handlers.push([priority | 0, endpoint, attachment, weight])
  }
  const priorities = handlers.map(([priority]) => priority)
  deepStrictEqual(
    priorities,
    priorities.toSorted((a = 0, b = 0) => b - a),
    'handlers by falling priority',
  )
  return {
    matched,
    locals: answer.slice(COUNTS, remotesStart),
    remotes: answer.slice(remotesStart, handlersStart),
    handlers: handlers.sort(([a = 0, b = 0], [c = 0, d = 0]) => c - a || b - d),
  }
}

/** An answer without the topic's hash, of which each core has its own, and the rest of the buffer that it comes in. */
function words(answer: Uint32Array): number[] {
  const [, localCount = 0, remoteCount = 0, handlerCount = 0] = answer
  const receivers = localCount + remoteCount + handlerCount * HANDLER_WORDS
  return [...answer.subarray(0, COUNTS), ...answer.subarray(COUNTS + 1, COUNTS + 1 + receivers)]
}

function isAddress({ isHandler, endpoint, name, service, pool }: Known, topic: string): boolean {
  const addresses = [`$id.${endpoint}`, `$name.${name}`, `$service.${service}`, `$pool.${pool}`]
  return isHandler && addresses.includes(topic)
}

/** All frames that wait, as text. */
function drained(core: CoreAttachment): string[] {
  const frames: string[] = []
  const buffer = Buffer.alloc(1 << 16)
  for (let count = core.drain(buffer); count > 0; count = core.drain(buffer)) {
    frames.push(buffer.toString('hex', 0, count))
  }
  return frames
}

function attempt<Result>(act: () => Result): Outcome<Result> {
  try {
    return { result: act() }
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown }
    if (code === undefined) throw error
    return { code, at: / at byte \d+: /.exec(message)?.[0] }
  }
}
