/**
 * What this thread says to the core about deliveries, the messages that it holds until they are settled. Told with the
 * batch that says so to others: else a thread that ends in between would leave behind what is known to be settled, and
 * another endpoint would get it.
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

  constructor(submission: Submission) {
    this.#submission = submission
    submission.endWith(this.#handOver)
  }

  /** It is finished with, whatever became of it. */
  settle({ sender, number }: DeliveryKey): void {
    this.#settled.push(sender, number)
    this.#submission.handOverSoon()
  }

  /** Another endpoint is to have it. */
  release({ sender, number }: DeliveryKey): void {
    this.#released.push(sender, number)
    this.#submission.handOverSoon()
  }

  /** It has been tried `attempt` times, and will be again: whoever gets it after us goes on counting. */
  attempted({ sender, number }: DeliveryKey, attempt: number): void {
    this.#attempts.push(sender, number, attempt, 0)
    this.#submission.handOverSoon()
  }

  readonly #handOver = (): void => {
    const [attempts, released, settled] = [this.#attempts, this.#released, this.#settled]
    // First, because a full batch is handed over at once, and that ends up here again.
    if (attempts.length > 0) this.#attempts = []
    if (released.length > 0) this.#released = []
    if (settled.length > 0) this.#settled = []
    // What is settled or released was tried before.
    this.#tell(ATTEMPT, attempts)
    this.#tell(RELEASE, released)
    this.#tell(SETTLE, settled)
  }

  #tell(head: FrameHead, words: number[]): void {
    if (words.length === 0) return
    const { buffer } = Uint32Array.from(words)
    this.#submission.append([], head, undefined, new Uint8Array(buffer))
  }
}

const ATTEMPT = headToCore(layout.KIND_ATTEMPT)
const RELEASE = headToCore(layout.KIND_RELEASE)
const SETTLE = headToCore(layout.KIND_SETTLE)
