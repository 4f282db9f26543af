import { context, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import test from 'ava'
import { exportMetrics, instrument } from 'busbar/opentelemetry'
import { onBus } from '../support/on-bus.js'
import { Spans, type Told } from '../support/spans.js'

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

const named = (spans: readonly Told[], name: string): Told | undefined =>
  spans.find((span) => span.name === name)

test(
  'opentelemetry: the spans of a request over two threads, and of what its handler asks for, are one tree',
  onBus(async (t, { bus, thread }) => {
    const spans = new Spans()
    using _ = instrument(bus, spans.options)
    await thread('traced')
    bus.handle('stock.*', () => 21)
    bus.subscribe('priced.*', () => {})
    const tracer = spans.provider.getTracer('test')

    await tracer.startActiveSpan('root', async (root) => {
      t.is(await bus.request('price.7', '7'), 42)
      root.end()
    })

    const elsewhere = (await bus.request('spans', 0)) as Told[]
    const all = [...spans.finished(), ...elsewhere]
    const chain = ['root', 'request price.*', 'process price.*', 'request stock.*', 'process stock.*']
    const root = named(all, 'root')
    let parent: Told | undefined
    for (const name of chain) {
      const span = named(all, name)
      t.is(span?.trace, root?.trace, name)
      t.is(span?.parent, parent?.id, name)
      parent = span
    }
    const asked = named(all, 'request price.*')
    t.is(asked?.kind, SpanKind.CLIENT)
    t.like(asked?.attributes, {
      'messaging.system': 'busbar',
      'messaging.operation.name': 'request',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'price.7',
      'messaging.destination.template': 'price.*',
    })
    t.is(named(all, 'process price.*')?.kind, SpanKind.CONSUMER)
    // Published after an await, in the context of the handler.
    t.is(named(all, 'publish priced.*')?.parent, named(all, 'process price.*')?.id)
  }),
)

test(
  'opentelemetry: each receiver of an event begins a trace with a link to it, or is a child where that is asked for',
  onBus((t, { bus }) => {
    for (const events of ['link', 'child'] as const) {
      const spans = new Spans()
      using _ = instrument(bus, { ...spans.options, events })
      const one = bus.subscribe('fan.out', () => {})
      const other = bus.subscribe('fan.*', () => {})
      bus.publish('fan.out', 1)
      void one.unsubscribe()
      void other.unsubscribe()

      const all = spans.finished()
      const published = all.find(({ name }) => name.startsWith('publish'))
      const processed = all.filter(({ name }) => name.startsWith('process'))
      t.is(processed.length, 2)
      for (const span of processed) {
        t.deepEqual(span.links, events === 'link' ? [published?.id] : [])
        t.is(span.parent, events === 'link' ? undefined : published?.id)
        t.is(span.trace === published?.trace, events === 'child')
      }
      t.is(published?.kind, SpanKind.PRODUCER)
      t.is(new Set(processed.map(({ trace: id }) => id)).size, events === 'link' ? 2 : 1)
    }
  }),
)

test(
  'opentelemetry: a failure is in the span of the handler and in that of the caller, by its code',
  onBus(async (t, { bus }) => {
    const spans = new Spans()
    using _ = instrument(bus, spans.options)
    bus.handle('fails', async () => {
      throw new TypeError('no')
    })
    await t.throwsAsync(bus.request('fails', 1), { code: 'ERR_BUS_HANDLER_FAILED' })
    const all = spans.finished()
    t.like(named(all, 'process fails'), { failed: true })
    t.is(named(all, 'process fails')?.attributes['error.type'], 'TypeError')
    t.like(named(all, 'request fails'), { failed: true })
    t.is(named(all, 'request fails')?.attributes['error.type'], 'ERR_BUS_HANDLER_FAILED')
    await t.throwsAsync(bus.send('nobody', 1), { code: 'ERR_BUS_NO_HANDLER' })
    t.is(named(spans.finished(), 'send')?.attributes['error.type'], 'ERR_BUS_NO_HANDLER')
  }),
)

test(
  'opentelemetry: what is taken back makes no spans any more',
  onBus(async (t, { bus }) => {
    const spans = new Spans()
    bus.handle('q', () => trace.getActiveSpan() === undefined)
    const instrumented = instrument(bus, spans.options)
    t.false(await bus.request('q', 1))
    instrumented[Symbol.dispose]()
    const before = spans.finished().length
    t.true(await bus.request('q', 1))
    t.is(spans.finished().length, before)
  }),
)

test(
  'opentelemetry: the metrics of a bus are exported under their names, and no more when that is taken back',
  onBus(async (t, { bus }) => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
    const provider = new MeterProvider({ readers: [reader] })
    const exported = exportMetrics(bus, { meterProvider: provider })
    bus.subscribe('a.*', () => {})
    for (let index = 0; index < 3; index++) bus.publish('a.b', index)
    const read = async (): Promise<Map<string, { unit: string; points: readonly unknown[] }>> => {
      exporter.reset()
      await reader.forceFlush()
      const metrics = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics[0]?.metrics ?? [])
      return new Map(
        metrics.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          {
            unit: descriptor.unit,
            points: dataPoints.map(({ attributes, value }) => ({ ...attributes, value })),
          },
        ]),
      )
    }
    const first = await read()
    const receiver = { 'busbar.bus': t.title, role: 'subscription', pattern: 'a.*', name: '', kind: 'event' }
    t.deepEqual(first.get('busbar.messages.accepted')?.points, [{ ...receiver, value: 3 }])
    t.deepEqual(first.get('busbar.handling.duration.count')?.points, [{ ...receiver, value: 3 }])
    t.is(first.get('busbar.handling.duration.sum')?.unit, 's')
    t.is(first.get('busbar.event.loop.delay')?.unit, 's')
    exported[Symbol.dispose]()
    bus.publish('a.b', 4)
    // The SDK repeats what it was told last.
    t.deepEqual((await read()).get('busbar.messages.accepted')?.points, [{ ...receiver, value: 3 }])
    await provider.shutdown()
  }),
)
