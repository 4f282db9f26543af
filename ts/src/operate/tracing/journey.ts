/** What is known so far of the way of one message. */
import type { TraceEvent, TraceStep } from '../../contract/trace.js'
import { nowMs } from './tracker.js'

/** With these a way ends, at one receiver. */
const ENDS: ReadonlySet<TraceEvent> = new Set([
  'processed',
  'failed',
  'dead-lettered',
  'refused',
  'dropped',
  'expired',
])
/** With these, one receiver has it, or will. */
const BEGINNINGS: ReadonlySet<TraceEvent> = new Set(['sent', 'arrived', 'queued', 'waiting', 'started'])

/** Collects steps, and knows which ways have not ended. */
export class Journey {
  readonly #startMs = nowMs()
  readonly #steps: TraceStep[] = []
  readonly #onStep: () => void
  readonly #receiversOf: (attachment: number) => number
  readonly #open = new Set<number>()
  #ends = 0

  /**
   * @param receiversOf - how many receivers a thread has that get it without being named
   * @param onStep - called after each step
   */
  constructor(receiversOf: (attachment: number) => number, onStep: () => void) {
    this.#receiversOf = receiversOf
    this.#onStep = onStep
  }

  /** Takes a step. */
  readonly take = (step: TraceStep): void => {
    this.#steps.push(step)
    this.#follow(step)
    this.#onStep()
  }

  /** At how many receivers it has ended. */
  get ends(): number {
    return this.#ends
  }

  /** How many receivers have it, as far as they are known, and have not ended with it. */
  get open(): number {
    return this.#open.size
  }

  /** The steps in the order of their times, which count from the beginning. */
  steps(): TraceStep[] {
    return this.#steps
      .map((step) => ({ ...step, at: step.at - this.#startMs }))
      .sort((one, other) => one.at - other.at)
  }

  #follow({ event, endpoint, attachment, to }: TraceStep): void {
    if (event === 'no-room' && endpoint === undefined)
      for (const one of to ?? []) this.#ends += this.#receiversOf(one)
    else if (event === 'nobody' && endpoint === undefined) this.#ends += this.#receiversOf(attachment)
    else if (ENDS.has(event) || event === 'no-room' || event === 'nobody') this.#ends++
    if (endpoint === undefined) return
    if (BEGINNINGS.has(event)) this.#open.add(endpoint)
    else if (event !== 'retried') this.#open.delete(endpoint)
  }
}
