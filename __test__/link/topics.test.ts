import test from 'ava'
import fc from 'fast-check'
import { inside } from '../support/inside.js'
import { seedOf } from '../support/seed.js'

const { TopicReader, TopicWriter } =
  await inside<typeof import('../../ts/src/link/topics.js')>('link/topics.js')

/** Writes a topic among bytes that mean nothing, and reads it again. */
function travel(
  reader: InstanceType<typeof TopicReader>,
  words: Uint32Array,
  bytes: number,
  garbage: number,
): string {
  const all = new Uint32Array(80).fill(garbage)
  const buffer = Buffer.from(all.buffer)
  Buffer.from(words.buffer).copy(buffer, 8, 0, bytes)
  return reader.read(buffer, all, 2, bytes)
}

test('topics: what is written is read, whatever stands behind it and whatever was read before', (t) => {
  const [writer, reader] = [new TopicWriter(), new TopicReader()]
  const token = fc.constantFrom('a', 'ab', 'abc', 'abcd', 'ä', '✓', '𝒳', 'orders', '7')
  const topic = fc.array(token, { minLength: 1, maxLength: 30 }).map((tokens) => tokens.join('.'))
  const property = fc.property(topic, fc.nat(0xffff_ffff), (text, garbage) => {
    const { bytes, words } = writer.encode(text)
    t.is(bytes, Buffer.byteLength(text))
    t.is(travel(reader, words, bytes, garbage), text)
    t.is(travel(reader, words, bytes, ~garbage >>> 0), text, 'and once more, when it is known')
  })
  t.notThrows(() => fc.assert(property, { seed: seedOf(t), numRuns: 3_000 }))
})

test('topics: more of them than are remembered, and of each length', (t) => {
  const [writer, reader] = [new TopicWriter(), new TopicReader()]
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 10_000; index++) {
      const text = `t.${index}.${'x'.repeat(index % 240)}`
      const { bytes, words } = writer.encode(text)
      if (travel(reader, words, bytes, 0xeeee_eeee) !== text) t.fail(text)
    }
  }
  const { bytes, words } = writer.encode('')
  t.is(travel(reader, words, bytes, 0xeeee_eeee), '')
})
