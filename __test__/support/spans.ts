/** Spans of one thread as they are finished. */
import { SpanStatusCode } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import type { InstrumentOptions } from 'busbar/opentelemetry'

/** A span, as it goes from thread to thread. */
export interface Told {
  readonly name: string
  readonly kind: number
  readonly trace: string
  readonly id: string
  readonly parent: string | undefined
  readonly links: readonly string[]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly failed: boolean
}

/** The spans, kept in the SDK's own exporter. */
export class Spans {
  readonly #exporter = new InMemorySpanExporter()
  readonly provider: BasicTracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(this.#exporter)],
  })

  get options(): InstrumentOptions {
    return { tracerProvider: this.provider, propagator: new W3CTraceContextPropagator() }
  }

  finished(): Told[] {
    return this.#exporter.getFinishedSpans().map(told)
  }
}

function told(span: ReadableSpan): Told {
  const { name, kind, links, attributes, status, parentSpanContext } = span
  const { traceId, spanId } = span.spanContext()
  return {
    name,
    kind,
    trace: traceId,
    id: spanId,
    parent: parentSpanContext?.spanId,
    links: links.map(({ context }) => context.spanId),
    attributes: { ...attributes },
    failed: status.code === SpanStatusCode.ERROR,
  }
}
