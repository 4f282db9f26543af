/**
 * What this thread says to the core about deliveries, the messages that it holds until they are settled. Told in batches,
 * at the end of the microtask.
 */
import * as layout from '../core/native/layout.js'
import { type FrameHead, headToCore, type Submission } from './submission.js'

/** Which delivery is meant: the attachment that sent it, and its number there. */
export interface DeliveryKey {
  readonly sender: number
  readonly number: number
}

/** The words about deliveries of one attachment. */
export class Settlements {
  readonly #submission: Submission
  #settled: number[] = []
  #released: number[] = []
  #attempts: number[] = []
  #scheduled = false

  constructor(submission: Submission) {
    this.#submission = submission
  }

  /** It is finished with, whatever became of it. */
  settle({ sender, number }: DeliveryKey): void {
    this.#settled.push(sender, number)
    this.#schedule()
  }

  /** Another endpoint is to have it. */
  release({ sender, number }: DeliveryKey): void {
    this.#released.push(sender, number)
    this.#schedule()
  }

  /** It has been tried `attempt` times, and will be again: whoever gets it after us goes on counting. */
  attempted({ sender, number }: DeliveryKey, attempt: number): void {
    this.#attempts.push(sender, number, attempt, 0)
    this.#schedule()
  }

  /** Hands over what has been said. */
  readonly handOver = (): void => {
    this.#scheduled = false
    // What is settled or released was tried before.
    this.#attempts = this.#tell(ATTEMPT, this.#attempts)
    this.#released = this.#tell(RELEASE, this.#released)
    this.#settled = this.#tell(SETTLE, this.#settled)
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(this.handOver)
  }

  #tell(head: FrameHead, words: number[]): number[] {
    if (words.length === 0) return words
    const { buffer } = Uint32Array.from(words)
    this.#submission.append([], head, undefined, new Uint8Array(buffer))
    return []
  }
}

const ATTEMPT = headToCore(layout.KIND_ATTEMPT)
const RELEASE = headToCore(layout.KIND_RELEASE)
const SETTLE = headToCore(layout.KIND_SETTLE)
