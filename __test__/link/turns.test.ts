import test from 'ava'
import type { CoreAttachment } from '../../ts/src/core/core.js'
import type { Frame } from '../../ts/src/link/frame.js'
import { inside } from '../support/inside.js'

const { Completion }: typeof import('../../ts/src/link/completion.js') = await inside('link/completion.js')
const { Submission, headToCore }: typeof import('../../ts/src/link/submission.js') =
  await inside('link/submission.js')
const layout: typeof import('../../ts/src/core/native/layout.js') = await inside('core/native/layout.js')

const ANSWER = { ...headToCore(layout.KIND_REPLY), slot: 1 }

/** A payload of so many bytes does not fit into what a thread drains into: it is drained apart. */
const LARGE_BYTES = 1 << 17

/** A thread whose core is played by the test: what is done with it is noted. */
class Thread {
  readonly log: string[] = []
  /** What comes next, one batch at a time. */
  readonly inbox: Uint8Array[] = []
  /** What leaves. */
  readonly sent: Uint8Array[] = []
  /** What a frame leads to. */
  onFrame: (frame: Frame) => void = () => {}
  readonly #core = {
    id: 7,
    hasFrames: () => this.inbox.length > 0,
    drain: (buffer: Uint8Array) => {
      const [batch] = this.inbox
      this.log.push(batch === undefined ? 'asleep' : 'drain')
      if (batch === undefined) return layout.STATUS_ASLEEP
      buffer.set(batch.subarray(0, buffer.length))
      if (batch.length > buffer.length) return -batch.length
      this.inbox.shift()
      return batch.length
    },
    drainApart: (head: Uint8Array, payload: Uint8Array) => {
      const batch = this.inbox.shift() as Uint8Array
      const headBytes = batch.length - payload.length
      head.set(batch.subarray(0, headBytes))
      payload.set(batch.subarray(headBytes))
      return headBytes
    },
    submit: (bytes: Uint8Array, length: number) => {
      this.log.push('submit')
      this.sent.push(bytes.slice(0, length))
    },
    submitApart: (head: Uint8Array, payload: Uint8Array) => {
      this.sent.push(Buffer.concat([head, payload]))
    },
  } as unknown as CoreAttachment
  readonly submission = new Submission(this.#core, { record: () => {} })
  readonly completion: InstanceType<typeof Completion>

  /** @param isTimed - whether a turn ends after some time */
  constructor(isTimed = false) {
    const receive = (frame: Frame): void => {
      this.log.push('frame')
      this.onFrame(frame)
    }
    this.completion = new Completion(this.#core, receive, this.submission, isTimed)
  }

  answer(): void {
    this.submission.append([9], ANSWER, undefined, new Uint8Array(0))
  }

  /** A batch of one frame with a payload of so many bytes. */
  static batch(payloadBytes: number): Uint8Array {
    const sender = new Thread()
    sender.submission.append([7], headToCore(layout.KIND_EVENT), undefined, new Uint8Array(payloadBytes))
    sender.submission.flush()
    return sender.sent[0] as Uint8Array
  }
}

test('turns: an answer leaves, and whoever waited goes on, before the thread looks for more', async (t) => {
  const thread = new Thread()
  thread.inbox.push(Thread.batch(8))
  thread.onFrame = () => {
    thread.answer()
    void Promise.resolve().then(() => thread.log.push('goes on'))
  }
  thread.completion.wake()
  t.deepEqual(thread.log, ['drain', 'frame', 'submit'])
  await turn()
  t.deepEqual(thread.log.slice(3), ['goes on', 'asleep'])
})

test('turns: a thread that is woken for more takes what there is at once', async (t) => {
  const thread = new Thread()
  thread.inbox.push(Thread.batch(1_000), Thread.batch(8))
  thread.onFrame = () => thread.answer()
  thread.completion.wake()
  const expected = ['drain', 'frame', 'submit', 'drain', 'frame', 'submit', 'asleep']
  t.deepEqual(thread.log, expected)
  await turn()
  t.deepEqual(thread.log, expected, 'nothing is handed over a second time')
})

test('turns: what comes while they go on is taken before the thread falls asleep', async (t) => {
  const thread = new Thread()
  thread.inbox.push(Thread.batch(8))
  thread.onFrame = () => void Promise.resolve().then(() => thread.inbox.push(Thread.batch(8)))
  thread.completion.wake()
  thread.onFrame = () => {}
  await turn()
  t.deepEqual(thread.log, ['drain', 'frame', 'drain', 'frame', 'asleep'])
})

for (const [what, bytes] of [
  ['a small', 1_000],
  ['a large', LARGE_BYTES],
] as const) {
  test(`turns: ${what} message that takes long ends the turn of the inbox`, async (t) => {
    const thread = new Thread(true)
    thread.inbox.push(Thread.batch(bytes), Thread.batch(bytes))
    thread.onFrame = () => {
      const endMs = performance.now() + 1
      while (performance.now() < endMs);
    }
    thread.completion.wake()
    t.deepEqual(thread.log, ['drain', 'frame'])
    await turn()
    t.deepEqual(thread.log.slice(2), ['drain', 'frame'])
  })
}

test('turns: what was answered before a frame that cannot be handled leaves all the same', async (t) => {
  const thread = new Thread()
  thread.inbox.push(Thread.batch(8))
  thread.onFrame = () => {
    thread.answer()
    throw new Error('a defect')
  }
  t.throws(() => thread.completion.wake(), { message: 'a defect' })
  t.is(thread.sent.length, 1)
  // And it is open for what follows, at the end of the microtask.
  thread.answer()
  t.is(thread.sent.length, 1)
  await Promise.resolve()
  t.is(thread.sent.length, 2)
})

test('turns: what is sent outside of them leaves at the end of the microtask, in one batch', async (t) => {
  const thread = new Thread()
  thread.answer()
  thread.answer()
  t.is(thread.sent.length, 0)
  await Promise.resolve()
  t.is(thread.sent.length, 1)
})

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
