/**
 * The least that has the duties of a mailbox: a message for each task that its worker may keep, lanes of priority, a bound, a
 * look at its deadline, and counts of what became of it.
 */

/** How urgent: 0 to 3. */
const LANES = 4
const NORMAL = 2

/** What a worker is given besides the task. */
class TaskMessage {
  readonly task: number
  readonly number: number
  readonly sentMs: number
  readonly dueMs: number

  constructor(task: number, number: number, sentMs: number, dueMs: number) {
    this.task = task
    this.number = number
    this.sentMs = sentMs
    this.dueMs = dueMs
  }
}

/** The tasks of one lane, read from the front. */
class Lane {
  #messages: TaskMessage[] = []
  #first = 0

  push(message: TaskMessage): void {
    this.#messages.push(message)
  }

  shift(): TaskMessage | undefined {
    const message = this.#messages[this.#first]
    if (message !== undefined) this.#first++
    else if (this.#first > 0) {
      this.#messages = []
      this.#first = 0
    }
    return message
  }
}

/** The queue. */
export class MessageQueue {
  readonly #work: (task: number, message: TaskMessage) => Promise<void>
  readonly #concurrency: number
  readonly #capacity: number
  readonly #lanes = Array.from({ length: LANES }, () => new Lane())
  #length = 0
  #running = 0
  accepted = 0
  processed = 0
  failed = 0
  expired = 0

  constructor(
    work: (task: number, message: TaskMessage) => Promise<void>,
    concurrency: number,
    capacity: number,
  ) {
    this.#work = work
    this.#concurrency = concurrency
    this.#capacity = capacity
  }

  /** @param ttlMs - 0 for ever */
  push(task: number, lane = NORMAL, ttlMs = 0): void {
    const isFree = this.#running < this.#concurrency && this.#length === 0
    if (!isFree && this.#length >= this.#capacity) throw new Error('the queue is full')
    const nowMs = Date.now()
    const message = new TaskMessage(task, ++this.accepted, nowMs, ttlMs === 0 ? 0 : nowMs + ttlMs)
    if (isFree) {
      this.#begin(message)
      return
    }
    this.#length++
    this.#lanes[lane]?.push(message)
  }

  #begin(message: TaskMessage): void {
    this.#running++
    this.#work(message.task, message).then(this.#done, this.#broken)
  }

  readonly #done = (): void => {
    this.processed++
    this.#next()
  }

  readonly #broken = (): void => {
    this.failed++
    this.#next()
  }

  #next(): void {
    this.#running--
    while (this.#length > 0 && this.#running < this.#concurrency) {
      const message = this.#first()
      if (message === undefined) return
      this.#length--
      if (message.dueMs !== 0 && message.dueMs <= Date.now()) this.expired++
      else this.#begin(message)
    }
  }

  #first(): TaskMessage | undefined {
    for (const lane of this.#lanes) {
      const message = lane.shift()
      if (message !== undefined) return message
    }
    return undefined
  }
}
