/** Contenders that add a pattern and take it away again, in a table of many. */
import type { Engine, Router } from '../engines/engine.js'
import type { Contender, Work } from '../harness/case.js'
import { timed } from '../harness/timed.js'
import { cuts, glob, globs, whole } from './globs.js'
import { opened } from './opened.js'
import { PAYLOADS, type Payload, type Receiver, receivers, type Tally } from './tally.js'

/** After so many changes what an engine has put off is waited for, and counted. */
const BATCH = 256

/** How large the table is, and what happens between the changes. */
export interface Churn {
  readonly patterns: number
  /** So many of the topics in use are published to after each addition. */
  readonly publishes: number
}

/** One operation: a pattern that was not there comes, is published through, and goes. */
export function changing(engine: Engine, churn: Churn): Contender {
  return {
    engine: engine.name,
    version: engine.version,
    role: engine.role,
    prepare: (roundMs) =>
      opened(engine, ({ router, translate }) => {
        const tally = { count: 0, sum: 0 }
        const receiver = receivers(engine.shape ?? 'payload', tally)
        for (const [index, pattern] of globs(churn.patterns).entries()) {
          router.add(translate(pattern), receiver(index))
        }
        const topics = cuts(1_000, churn.patterns).map((cut) => translate(whole(cut)))
        const changes = new Changes(router, translate, receiver, topics, churn)
        const work: Work = {
          run: (count) => changes.run(count),
          verify: (count) => changes.verify(tally, count),
          close: () => router.close?.(),
        }
        return timed(work, roundMs)
      }),
  }
}

class Changes {
  readonly #router: Router
  readonly #translate: (text: string) => string
  readonly #receiver: (index: number) => Receiver
  readonly #topics: readonly string[]
  readonly #churn: Churn
  #serial: number
  #at = 0

  constructor(
    router: Router,
    translate: (text: string) => string,
    receiver: (index: number) => Receiver,
    topics: readonly string[],
    churn: Churn,
  ) {
    this.#router = router
    this.#translate = translate
    this.#receiver = receiver
    this.#topics = topics
    this.#churn = churn
    this.#serial = churn.patterns
  }

  async run(count: number): Promise<void> {
    for (let done = 0; done < count; done += BATCH) {
      this.#batch(Math.min(BATCH, count - done))
      await this.#router.settled?.()
    }
  }

  #batch(count: number): void {
    const router = this.#router
    for (let turn = 0; turn < count; turn++) {
      const number = ++this.#serial
      const pattern = this.#translate(glob(number))
      const receiver = this.#receiver(number)
      const added = router.add(pattern, receiver)
      for (let publish = 0; publish < this.#churn.publishes; publish++) this.#publish()
      router.remove?.(added, pattern, receiver)
    }
  }

  #publish(): void {
    this.#at = this.#at + 1 < this.#topics.length ? this.#at + 1 : 0
    this.#router.publish(this.#topics[this.#at] as string, PAYLOADS[0] as Payload)
  }

  /** The messages in between were received; the last pattern is gone; and one that is added does receive. */
  async verify(tally: Tally, count: number): Promise<void> {
    expect(tally, count * this.#churn.publishes, 'by the receivers that stay')
    const gone = this.#translate(topicOf(this.#serial))
    this.#router.publish(gone, PAYLOADS[0] as Payload)
    expect(tally, 0, 'by a receiver that was taken away')
    const number = ++this.#serial
    const pattern = this.#translate(glob(number))
    const receiver = this.#receiver(number)
    const added = this.#router.add(pattern, receiver)
    this.#router.publish(this.#translate(topicOf(number)), PAYLOADS[0] as Payload)
    this.#router.remove?.(added, pattern, receiver)
    await this.#router.settled?.()
    expect(tally, 1, 'by a receiver that was added')
  }
}

function topicOf(number: number): string {
  return glob(number).replace('.**', '.all').replace('*', 'any')
}

function expect(tally: Tally, count: number, by: string): void {
  const got = tally.count
  tally.count = 0
  tally.sum = 0
  if (got !== count) throw new Error(`${count} messages should have been received ${by}, and ${got} were`)
}
