/** What the native addon exports, by hand: the declaration that its build writes is compared with this in a test. */

/** What an endpoint may be registered with besides its role and its priority. */
export interface Details {
  weight: number
  name?: string | undefined
  service?: string | undefined
  pool?: string | undefined
  metadata: string
  replace: boolean
  threadOnly: boolean
  held: boolean
  dedupe?: { windowMs: number; size: number } | undefined
  standing?: StandingDetails | undefined
}

/** How an endpoint is. */
export interface StandingDetails {
  word: number
  isOut: boolean
  isSilent: boolean
}

/** A registered endpoint, in any thread of the process. */
export interface DirectoryEntry {
  endpoint: number
  attachment: number
  pattern: string
  flags?: string
  isHandler: boolean
  priority: number
  details: Details
}

/** The native addon. */
export interface Binding {
  version(): string
  frameLayout(): Record<string, number>
  attach(
    name: string,
    options: string,
    bounds: { matchCacheTopics: number; inboxBytes: number; heldBytes: number },
    asked: boolean,
    virtualTime: boolean,
    wake: () => void,
  ): { handle: number; id: number; options: string }
  detach(handle: number): void
  register(
    handle: number,
    pattern: string,
    flags: string | undefined,
    isHandler: boolean,
    priority: number,
    details: Details | undefined,
  ): { endpoint: number; exact?: string; replaced?: number }
  directory(handle: number): DirectoryEntry[]
  nameOf(handle: number, endpoint: number): string | null
  unusable(handle: number, topic: string): DirectoryEntry[]
  setStanding(handle: number, endpoint: number, word: number, isOut: boolean, leaseMs: number): boolean
  matched(handle: number, topic: string): { endpoint: number; specificity: number }[]
  captures(handle: number, endpoint: number, topic: string): { name: string; text?: string }[]
  cacheLookups(handle: number): number[]
  unregister(handle: number, endpoint: number): boolean
  withdraw(handle: number, endpoint: number): boolean
  withdrawn(handle: number, topic: string): number[]
  sync(handle: number, token: number): number[]
  nowMs(handle: number): number
  undeliverable(handle: number): number
  advance(handle: number, ms: number): void
  claim(handle: number, endpoint: number, id: string): boolean
  unclaim(handle: number, endpoint: number, id: string): void
  holds(handle: number, delivery: number): boolean
  replay(handle: number, endpoint: number): number
  deadLetters(handle: number, after: number, limit: number): { number: number; bytes: Uint8Array }[]
  removeDeadLetters(handle: number, numbers: number[] | undefined): number
  holdings(handle: number): {
    held: number
    parked: number
    scheduled: number
    retained: number
    deadLetters: number
    deadLettersEvicted: number
    heldBytes: number
    retainedBytes: number
  }
  inboxBytes(handle: number): number
  label(handle: number, endpoint: number): { isHandler: boolean; name?: string; pattern: string } | null
  row(handle: number, key: string): number | null
  rowKeys(handle: number, first: number): string[]
  checkTopic(topic: string): void
  submit(handle: number, buffer: Uint8Array, length: number): number
  submitApart(handle: number, head: Uint8Array, payload: Uint8Array): number
  reserve(handle: number, target: number, bytes: number): number
  reserveOrWait(handle: number, target: number, bytes: number): number
  hasFrames(handle: number): number
  drain(handle: number, buffer: Uint8Array): number
  drainApart(handle: number, head: Uint8Array, payload: Uint8Array): number
  report(handle: number, buffer: Float64Array, length: number): number
  collect(handle: number, buffer: Float64Array): number
  resolve(handle: number, topic: string, words: Uint32Array): number
  subscribers(handle: number, topic: string, words: Uint32Array): number
}
