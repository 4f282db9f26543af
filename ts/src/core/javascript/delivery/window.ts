/** The ids of the messages that the endpoints of one pattern have taken, so that none is taken twice. */
import type { DedupeWindow } from '../../core.js'

/** An id that was taken. */
export class Claim {
  readonly id: string
  readonly window: Window
  readonly atMs: number
  /** Whether its message has not been processed yet; then it is never forgotten. */
  isHeld = true

  constructor(id: string, window: Window, atMs: number) {
    this.id = id
    this.window = window
    this.atMs = atMs
  }
}

/** The window. It has room for more than it should only where more are held at a time. */
export class Window {
  #settings: DedupeWindow
  /** The oldest first. */
  readonly #claims = new Map<string, Claim>()

  constructor(settings: DedupeWindow) {
    this.#settings = settings
  }

  get windowMs(): number {
    return this.#settings.windowMs
  }

  /** Remembers no less than these settings say, and no less than before. */
  widen({ windowMs, size }: DedupeWindow): void {
    const { windowMs: beforeMs, size: before } = this.#settings
    this.#settings = { windowMs: Math.max(beforeMs, windowMs), size: Math.max(before, size) }
  }

  /** Takes an id; `undefined` when it is taken already. */
  take(id: string, nowMs: number): Claim | undefined {
    this.#forgetAged(nowMs)
    if (this.#claims.has(id)) return undefined
    const claim = new Claim(id, this, nowMs)
    this.#claims.set(id, claim)
    this.#forgetSurplus()
    return claim
  }

  /** Whether the message of this id has been processed. */
  isProcessed(id: string, nowMs: number): boolean {
    this.#forgetAged(nowMs)
    return this.#claims.get(id)?.isHeld === false
  }

  /** There was no message after all. */
  giveBack({ id }: Claim): void {
    this.#claims.delete(id)
  }

  /** Whether no id is remembered. */
  isEmpty(nowMs: number): boolean {
    this.#forgetAged(nowMs)
    return this.#claims.size === 0
  }

  #forgetAged(nowMs: number): void {
    for (const { id, atMs, isHeld } of this.#claims.values()) {
      if (nowMs - atMs <= this.#settings.windowMs) return
      if (!isHeld) this.#claims.delete(id)
    }
  }

  #forgetSurplus(): void {
    if (this.#claims.size <= this.#settings.size) return
    for (const { id, isHeld } of this.#claims.values()) {
      if (isHeld) continue
      this.#claims.delete(id)
      if (this.#claims.size <= this.#settings.size) return
    }
  }
}
