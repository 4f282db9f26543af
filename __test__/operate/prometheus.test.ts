import { readFile } from 'node:fs/promises'
import test from 'ava'
import { open } from 'busbar'
import { METRICS } from '../support/inside.js'
import { onBus } from '../support/on-bus.js'
import { onEachCore } from '../support/on-each-core.js'
import { families, hasPython, numberOf, readStrictly } from '../support/scrape.js'

const root = new URL('../../../', import.meta.url)

onEachCore('prometheus: another parser reads the numbers that metrics() has', async (t, { bus, settle }) => {
  bus.subscribe('a.*', () => {})
  bus.subscribe(/^a\.["\\b]$/, () => {})
  bus.handle('q', () => 1)
  for (let index = 0; index < 7; index++) bus.publish('a.b', index)
  await bus.request('q', 1)
  await bus.request('nobody', 1).catch(() => {})
  await settle()

  const text = bus.prometheus()

  const unnamed = { role: 'subscription', pattern: 'a.*', kind: 'event', name: '' }
  t.is(numberOf(text, 'busbar_messages_accepted_total', unnamed), 7)
  t.is(numberOf(text, 'busbar_messages_finished_total', { ...unnamed, outcome: 'processed' }), 7)
  t.is(numberOf(text, 'busbar_requests_total', { outcome: 'ok' }), 1)
  t.is(numberOf(text, 'busbar_requests_total', { outcome: 'ERR_BUS_NO_HANDLER' }), 1)
  t.is(numberOf(text, 'busbar_events_published_total', { bus: t.title }), 7)
  t.is(numberOf(text, 'busbar_messages_accepted_total', { pattern: '/^a\\.["\\\\b]$/' }), 7)
  for (const { name, type } of families(text).values()) t.not(type, 'UNKNOWN', name)
})

onEachCore(
  'prometheus: the buckets of a histogram are cumulative, and end with its count',
  async (t, stage) => {
    const { bus, settle } = stage
    bus.subscribe('a', () => {})
    bus.handle('q', () => 1)
    await bus.request('q', 1)
    for (let index = 0; index < 100; index++) bus.publish('a', index)
    await settle()
    const text = bus.prometheus()
    for (const { name } of METRICS.filter(({ type }) => type === 'histogram')) {
      const series = new Map<string, number[]>()
      for (const [, labels = '', value] of text.matchAll(
        new RegExp(`^${name}_bucket\\{(.*?),?\\ble=.*\\} (.*)$`, 'gm'),
      ))
        series.set(labels, [...(series.get(labels) ?? []), Number(value)])
      t.true(series.size > 0, name)
      for (const [labels, buckets] of series) {
        t.deepEqual(
          buckets,
          buckets.toSorted((one, other) => one - other),
          name,
        )
        t.true(text.includes(`${name}_count{${labels}} ${buckets.at(-1)}\n`), name)
      }
    }
  },
)

onEachCore(
  'prometheus: so many receivers have series of their own, and keep them; the others count together',
  async (t, stage) => {
    const { bus, settle } = stage
    const series = (receivers: number): ReadonlyMap<string, number> =>
      new Map(
        families(bus.prometheus({ receivers }))
          .get('busbar_messages_accepted_total')
          ?.metrics.map(({ labels, value }) => [labels?.['pattern'] ?? '', Number(value)]),
      )
    for (let index = 0; index < 10; index++) {
      bus.subscribe(`t.${index}`, () => {})
      bus.publish(`t.${index}`, 0)
    }
    await settle()
    const own = (count: number): [string, number][] =>
      Array.from({ length: count }, (_, index) => [`t.${index}`, 1])
    t.deepEqual([...series(3)], [...own(3), ['', 7]])
    t.deepEqual([...series(0)], [['', 10]])
    t.deepEqual([...series(10)], own(10))
    bus.subscribe('another', () => {})
    bus.publish('another', 0)
    t.deepEqual([...series(3)], [...own(3), ['', 8]])
    t.throws(() => bus.prometheus({ receivers: -1 }), {
      code: 'ERR_BUS_INVALID_OPTION',
      message: /receivers/,
    })
  },
)

test('prometheus: docs/metrics.md has every metric with its unit, type, labels and meaning, and no other', async (t) => {
  const text = await readFile(new URL('docs/metrics.md', root), 'utf8')
  const rows = [...text.matchAll(/^\| `(busbar_\w+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$/gm)]
  t.deepEqual(
    rows.map(([, ...cells]) => cells),
    METRICS.map(({ name, type, unit, labels, help }) => [
      type === 'counter' ? `${name}_total` : name,
      type,
      unit ?? '',
      labels.map((label) => `\`${label}\``).join(', '),
      help,
    ]),
  )
})

test(
  'prometheus: every metric is there, with these labels, from the beginning, and none without a description',
  onBus(async (t, { bus }) => {
    bus.handle('q', () => 1)
    await bus.request('q', 1)
    const text = bus.prometheus()
    const seen = new Map<string, Set<string>>()
    for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} \S+$/gm)) {
      const names = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label = '']) => label)
      seen.set(name.replace(/_(?:total|bucket|count|sum)$/, ''), new Set(names))
    }
    for (const { name, labels, type, unit, help } of METRICS) {
      const found = [...(seen.get(name) ?? [])].filter((label) => label !== 'bus' && label !== 'le')
      t.deepEqual(found.toSorted(), labels.toSorted(), name)
      t.true(seen.get(name)?.has('bus'), name)
      t.true(text.includes(`# TYPE ${name} ${type}\n`) && text.includes(`# HELP ${name} ${help}\n`), name)
      t.true(unit === undefined || name.endsWith(`_${unit}`), `${name} ends with its unit`)
      seen.delete(name)
    }
    t.deepEqual([...seen.keys()], [])
  }),
)

test('prometheus: the name of a bus may be any text', async (t) => {
  const name = 'two\nlines, "quotes" and \\'
  await using bus = open(name)
  t.is(numberOf(bus.prometheus(), 'busbar_events_published_total', { bus: name }), 0)
})

// The project asks for Node.js and Rust alone; the parser above needs nothing else.
if (hasPython) {
  test(
    "prometheus: the strict parser of Prometheus' own client takes it",
    onBus(async (t, { bus }) => {
      t.timeout(300_000, 'it is installed by the first run')
      bus.subscribe(/^é\.(?<x>\w+)$/u, () => {}, { name: 'named' })
      bus.handle('q', () => 1)
      bus.publish('é.a', 1)
      await bus.request('q', 1)
      const read = await readStrictly(bus.prometheus())
      t.deepEqual(
        read.map(([name, type, unit]) => [name, type, unit]),
        METRICS.map(({ name, type, unit }) => [name, type, unit ?? '']),
      )
      for (const [name, , , samples] of read) t.true(samples > 0, name)
    }),
  )
}
