/**
 * What becomes of deliveries, in the plainest words: lists that are looked through from the beginning. Where a core may
 * choose, the model names all that it may choose from, and is told what it has chosen.
 */

/** What endpoints of the model are registered with. */
export interface Kind {
  readonly pattern: string
  readonly isHandler: boolean
  readonly dedupe: { readonly windowMs: number; readonly size: number } | undefined
}

/** Time goes by in steps of 7 ms, and no period is a whole number of them: nothing happens at the very end of one. */
export const STEP_MS = 7

const PATIENCE_MS = 30_000
const MOST_ATTEMPTS = 0x7fff
const DEFAULT_WINDOW_MS = 180_000

const dedupe = (windowMs: number): Kind['dedupe'] => ({ windowMs, size: 1_000 })

/** All that there are. */
export const KINDS: readonly Kind[] = [
  { pattern: 'e.a', isHandler: false, dedupe: dedupe(20_001) },
  { pattern: 'e.*', isHandler: false, dedupe: undefined },
  { pattern: 'n.a', isHandler: true, dedupe: dedupe(60_000) },
  { pattern: 'n.*', isHandler: true, dedupe: undefined },
  { pattern: 'n.b', isHandler: true, dedupe: undefined },
]

/** All handlers of the model belong to it. */
export const SERVICE = 'office'

/** Whether a seat sends to an endpoint. */
export function sees(seat: number, endpoint: Endpoint): boolean {
  return !endpoint.threadOnly || endpoint.seat === seat
}

/** The topics that a message for an endpoint of some kind may have. */
export function topicsFor({ pattern, isHandler }: Kind): readonly string[] {
  if (!isHandler) return ['e.a']
  return pattern === 'n.*' ? ['n.a', 'n.b', `$service.${SERVICE}`] : [pattern, `$service.${SERVICE}`]
}

/** How specific a kind is for a topic; 0 where it does not match. */
function rank({ pattern }: Kind, topic: string): number {
  if (topic === pattern || topic.startsWith('$')) return 2
  return pattern.endsWith('*') && topic.startsWith(pattern.slice(0, -1)) ? 1 : 0
}

/** An endpoint; seats are attachments by the order in which they came. */
export interface Endpoint {
  readonly index: number
  readonly seat: number
  readonly kind: Kind
  readonly priority: number
  /** Whether it gets what its own seat sends, and nothing else. */
  readonly threadOnly: boolean
  state: 'listed' | 'withdrawn' | 'gone'
}

/** A delivery. They are accepted in the order of their index. */
export interface Sent {
  readonly index: number
  readonly seat: number
  readonly number: number
  readonly topic: string
  readonly lane: number
  /** What its first endpoint was. */
  readonly kind: Kind
  /** None where it has lapsed. */
  endpoint: Endpoint | undefined
  /** The seat that has it in hand; none while it waits. */
  holder: number | undefined
  attempt: number
  waitsSinceMs: number
  claim: Taken | undefined
  isSettled: boolean
}

/** An id that was taken. */
interface Taken {
  readonly id: string
  /** Who remembers it: the handlers of a pattern together, a subscription by itself. */
  readonly memory: string | Endpoint
  readonly seat: number
  readonly endpoint: Endpoint
  readonly atMs: number
  state: 'untied' | 'tied' | 'processed'
}

/** What is to be seen of a delivery: it comes to one of some endpoints, or to one of some seats to be buried. */
export type Expected =
  | { readonly sent: Sent; readonly to: readonly Endpoint[] }
  | { readonly sent: Sent; readonly buriedBy: readonly number[] }

/** The model. */
export class DeliveryModel {
  nowMs = 0
  /** Whether the attachment of each seat is there. */
  readonly seats: boolean[] = []
  readonly endpoints: Endpoint[] = []
  readonly sent: Sent[] = []
  #taken: Taken[] = []

  get held(): Sent[] {
    return this.sent.filter(({ isSettled }) => !isSettled)
  }

  get parked(): Sent[] {
    return this.held.filter(({ holder }) => holder === undefined)
  }

  /** The seats that are taken. */
  get present(): number[] {
    return [...this.seats.keys()].filter((seat) => this.seats[seat])
  }

  join(): void {
    this.seats.push(true)
  }

  leave(seat: number): Expected[] {
    this.seats[seat] = false
    for (const endpoint of this.endpoints) if (endpoint.seat === seat) endpoint.state = 'gone'
    this.#taken = this.#taken.filter((taken) => taken.seat !== seat || taken.state !== 'untied')
    const left = this.held.filter(({ holder }) => holder === seat)
    for (const sent of left) sent.attempt = Math.min(sent.attempt + 1, MOST_ATTEMPTS)
    return this.#move(left)
  }

  register(endpoint: Endpoint): Expected[] {
    this.endpoints.push(endpoint)
    return this.#move(this.parked.filter((sent) => this.#candidates(sent).length > 0))
  }

  unregister(endpoint: Endpoint): Expected[] {
    endpoint.state = 'gone'
    return this.#move(this.held.filter((sent) => sent.endpoint === endpoint && sent.holder === endpoint.seat))
  }

  /** @param isLocal - whether its endpoint is of the sender's thread and has it already */
  accept(sent: Sent, isLocal: boolean): Expected[] {
    const { endpoint } = sent
    this.sent.push(sent)
    sent.claim = this.#taken.find(
      (taken) => taken.state === 'untied' && taken.seat === sent.seat && taken.endpoint === endpoint,
    )
    if (sent.claim !== undefined) sent.claim.state = 'tied'
    sent.holder = endpoint?.seat
    if (isLocal || endpoint === undefined) return []
    return this.seats[endpoint.seat] === true ? [{ sent, to: [endpoint] }] : this.#move([sent])
  }

  settle(sent: Sent): void {
    sent.isSettled = true
    if (sent.claim !== undefined) sent.claim.state = 'processed'
  }

  release(given: readonly Sent[]): Expected[] {
    return this.#move(given)
  }

  attempted(sent: Sent, attempt: number): void {
    sent.attempt = Math.min(attempt, MOST_ATTEMPTS)
  }

  advance(ms: number): Expected[] {
    this.nowMs += ms
    const lapsed = this.parked.filter(({ waitsSinceMs }) => this.nowMs - waitsSinceMs > PATIENCE_MS)
    return lapsed.map((sent) => ({ sent, buriedBy: this.#buriers(sent) }))
  }

  claim(seat: number, endpoint: Endpoint, id: string): boolean {
    const { pattern, dedupe, isHandler } = endpoint.kind
    const memory = isHandler ? pattern : endpoint
    const windowMs = dedupe?.windowMs ?? DEFAULT_WINDOW_MS
    const isRemembered = (taken: Taken): boolean =>
      taken.memory === memory && (taken.state !== 'processed' || this.nowMs - taken.atMs <= windowMs)
    if (this.#taken.some((taken) => taken.id === id && isRemembered(taken))) return false
    this.#taken.push({ id, memory, seat, endpoint, atMs: this.nowMs, state: 'untied' })
    return true
  }

  unclaim(seat: number, endpoint: Endpoint, id: string): void {
    this.#taken = this.#taken.filter(
      (taken) =>
        taken.id !== id || taken.seat !== seat || taken.endpoint !== endpoint || taken.state !== 'untied',
    )
  }

  /** Deliveries that have to go elsewhere, and where to; those that have no place to go wait. */
  #move(moved: readonly Sent[]): Expected[] {
    return moved.flatMap((sent) => {
      const to = this.#candidates(sent)
      sent.waitsSinceMs = this.nowMs
      sent.holder = undefined
      return to.length === 0 ? [] : [{ sent, to }]
    })
  }

  #candidates({ seat, kind, topic, endpoint }: Sent): readonly Endpoint[] {
    const listed = this.endpoints.filter((other) => other.state === 'listed' && sees(seat, other))
    const fitting = kind.isHandler
      ? listed.filter((other) => other.kind.isHandler && rank(other.kind, topic) > 0)
      : listed.filter((other) => other.kind === kind)
    const others = fitting.filter((other) => other !== endpoint)
    const candidates = others.length > 0 ? others : fitting
    if (!kind.isHandler) return candidates
    const worth = (other: Endpoint): number => other.priority * 10 + rank(other.kind, topic)
    const best = Math.max(...candidates.map(worth))
    return candidates.filter((other) => worth(other) === best)
  }

  #buriers({ seat }: Sent): readonly number[] {
    return this.seats[seat] === true ? [seat] : this.present
  }
}
