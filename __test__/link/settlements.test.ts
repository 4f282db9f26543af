import test from 'ava'
import type { CoreAttachment } from '../../ts/src/core/core.js'
import { inside } from '../support/inside.js'

const { Submission }: typeof import('../../ts/src/link/submission.js') = await inside('link/submission.js')
const { Settlements }: typeof import('../../ts/src/link/settlements.js') = await inside('link/settlements.js')
const layout: typeof import('../../ts/src/core/native/layout.js') = await inside('core/native/layout.js')

/** What is handed over, batch by batch, as the kinds of its frames. */
function submissions(): {
  readonly submission: InstanceType<typeof Submission>
  readonly batches: readonly number[][]
} {
  const batches: number[][] = []
  const attachment = {
    id: 1,
    submit(bytes: Uint8Array, length: number): void {
      const words = new Uint32Array(bytes.buffer, 0, length >>> 2)
      const kinds: number[] = []
      for (let at = 0; at < words.length; at += (words[at] ?? 0) >>> 2)
        kinds.push((words[at + 1] ?? 0) & 0xff)
      batches.push(kinds)
    },
  }
  const meter = { record: () => {} }
  return { submission: new Submission(attachment as unknown as CoreAttachment, meter), batches }
}

const answer = {
  kind: layout.KIND_REPLY,
  lane: layout.LANE_NORMAL,
  endpoint: 0,
  slot: 1,
  generation: 1,
  topic: '',
  codec: 0,
  deadline: 0,
  timestampMs: 0,
  delivery: 0,
  attempt: 0,
}

test('settlements: what is settled is told in the batch that tells others, whichever is said first', async (t) => {
  const { submission, batches } = submissions()
  const settlements = new Settlements(submission)
  submission.append([2], answer, undefined, new Uint8Array(8))
  settlements.settle({ sender: 2, number: 7 })
  await Promise.resolve()
  settlements.settle({ sender: 2, number: 8 })
  settlements.attempted({ sender: 2, number: 9 }, 1)
  submission.append([2], answer, undefined, new Uint8Array(8))
  settlements.release({ sender: 2, number: 9 })
  await Promise.resolve()
  const { KIND_REPLY, KIND_SETTLE, KIND_ATTEMPT, KIND_RELEASE } = layout
  t.deepEqual(batches, [
    [KIND_REPLY, KIND_SETTLE],
    [KIND_REPLY, KIND_ATTEMPT, KIND_RELEASE, KIND_SETTLE],
  ])
})

test('settlements: also where nothing else is said', async (t) => {
  const { submission, batches } = submissions()
  const settlements = new Settlements(submission)
  settlements.settle({ sender: 2, number: 1 })
  await Promise.resolve()
  t.deepEqual(batches, [[layout.KIND_SETTLE]])
})

// Of these sizes, some leave room for nothing else in a batch, and some for a little.
for (const size of [200, 1_000, 1_024, 4_000, 8_000]) {
  test(`settlements: also where a batch is full before the turn is over (${size} bytes)`, async (t) => {
    const { submission, batches } = submissions()
    const settlements = new Settlements(submission)
    settlements.settle({ sender: 2, number: 2 })
    while (batches.length < 1) submission.append([2], answer, undefined, new Uint8Array(size))
    t.is(batches[0]?.at(-1), layout.KIND_SETTLE)
    t.is(batches[0]?.filter((kind) => kind === layout.KIND_SETTLE).length, 1)
    await Promise.resolve()
    t.deepEqual(batches[1], [layout.KIND_REPLY])
  })
}
