/** What a way to ask is to a benchmark, in one thread. */
import type { Role } from '../../harness/case.js'

/** Answers a number; all contenders are given the same. */
export type Answerer = (value: number) => Promise<number>

/** A way to ask that is open. */
export interface Asking {
  ask(value: number): Promise<number>
  close(): void | Promise<void>
}

/** A contender. */
export interface RequestEngine {
  readonly name: string
  readonly version: string
  readonly role: Role
  open(answer: Answerer): Asking | Promise<Asking>
}

/** The time-out of every request, in milliseconds. */
export const TIMEOUT_MS = 30_000
