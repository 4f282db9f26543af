/** Spans of what a bus sends and handles in this thread. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import type { Message } from '../../contract/messages.js'
import type { Bus } from '../../contract/ports.js'
import type { HandleTrace, SendTrace } from '../../contract/tracing.js'
import { type Operation, processAttributes, sendAttributes, spanName } from './attributes.js'

/** How a bus is instrumented. */
export interface InstrumentOptions {
  /** Where spans go; default: the provider that is registered with the API. */
  tracerProvider?: TracerProvider | undefined
  /** How the context travels in headers; default: the propagator that is registered with the API (W3C `traceparent`). */
  propagator?: TextMapPropagator | undefined
  /**
   * How the span of a handler and that of the event belong together: `link` (default), because an event may have any
   * number of receivers and none of them is part of publishing it: each begins a trace of its own, with a link to the
   * event's; or `child`. Those of requests and notifications are children, always.
   */
  events?: 'link' | 'child' | undefined
}

const HANDLE_START = 'tracing:busbar:handle:start'
const HANDLE_END = 'tracing:busbar:handle:end'
const OPERATIONS = { event: 'publish', notification: 'send', request: 'request' } as const

/**
 * Makes a span of each message that this thread sends on the bus, and of each attempt of a handler to process one; the
 * context travels in the headers, so the spans of a request and of what it causes are one tree, over any threads that are
 * instrumented. Handlers run in the context of their span, so what they send in turn belongs to it.
 *
 * @param bus - of this thread; each thread instruments its own
 * @returns takes it back
 * @throws BusError `ERR_BUS_CLOSED`
 * @example
 * import { instrument } from 'busbar/opentelemetry'
 * const instrumented = instrument(bus)
 */
export function instrument(bus: InstrumentedBus, options: InstrumentOptions = {}): Disposable {
  const { tracerProvider = trace.getTracerProvider(), events = 'link' } = options
  const tracer = tracerProvider.getTracer('busbar')
  const propagator = options.propagator ?? propagation
  const handled = new Handled(bus.name)
  const receiving: Receiving = { bus: bus.name, tracer, propagator, events, handled }
  const received = bus.use({ receive: (message, next) => processing(receiving, message, next) })
  const unfollow = followSent(bus.name, tracer, propagator)
  return {
    [Symbol.dispose]() {
      unfollow()
      handled.end()
      received[Symbol.dispose]()
    },
  }
}

/** A bus, whatever its contract. */
export type InstrumentedBus = Pick<Bus, 'name' | 'use'>

interface Receiving {
  readonly bus: string
  readonly tracer: Tracer
  readonly propagator: Pick<TextMapPropagator, 'extract'>
  readonly events: 'link' | 'child'
  readonly handled: Handled
}

/** Which receiver is being given a message: the channel says so before the interceptors see the message. */
class Handled {
  readonly #bus: string
  readonly #traces: HandleTrace[] = []

  constructor(bus: string) {
    this.#bus = bus
    subscribe(HANDLE_START, this.#begin)
    subscribe(HANDLE_END, this.#over)
  }

  get pattern(): string | undefined {
    return this.#traces.at(-1)?.pattern
  }

  end(): void {
    unsubscribe(HANDLE_START, this.#begin)
    unsubscribe(HANDLE_END, this.#over)
  }

  readonly #begin = (handled: unknown): void => {
    if ((handled as HandleTrace).bus === this.#bus) this.#traces.push(handled as HandleTrace)
  }

  readonly #over = (handled: unknown): void => {
    if (this.#traces.at(-1) === handled) this.#traces.pop()
  }
}

/** Follows what is sent; returns what ends that. */
function followSent(bus: string, tracer: Tracer, propagator: Pick<TextMapPropagator, 'inject'>): () => void {
  const spans = new WeakMap<SendTrace, Span>()
  const start = (sent: unknown): void => {
    const told = sent as SendTrace
    if (told.bus !== bus) return
    const operation: Operation = OPERATIONS[told.kind]
    const kind = told.kind === 'request' ? SpanKind.CLIENT : SpanKind.PRODUCER
    const attributes = sendAttributes(told, operation)
    const span = tracer.startSpan(spanName(operation, told.pattern), { kind, attributes })
    spans.set(told, span)
    const headers = { ...told.headers }
    propagator.inject(trace.setSpan(context.active(), span), headers, SETTER)
    told.headers = headers
  }
  const fail = (sent: unknown): void => {
    const span = spans.get(sent as SendTrace)
    if (span !== undefined) failed(span, (sent as SendTrace).error)
  }
  const end = (sent: unknown): void => {
    spans.get(sent as SendTrace)?.end()
    spans.delete(sent as SendTrace)
  }
  const followed: [name: string, act: (sent: unknown) => void][] = [
    ...['publish', 'deliver', 'request'].flatMap((verb): typeof followed => [
      [`tracing:busbar:${verb}:start`, start],
      [`tracing:busbar:${verb}:error`, fail],
    ]),
    ['tracing:busbar:publish:end', end],
    ['tracing:busbar:deliver:asyncEnd', end],
    ['tracing:busbar:request:asyncEnd', end],
  ]
  for (const [name, act] of followed) subscribe(name, act)
  return () => {
    for (const [name, act] of followed) unsubscribe(name, act)
  }
}

/** Runs the rest of what handles a message within its span. */
function processing(
  { bus, tracer, propagator, events, handled: { pattern } }: Receiving,
  message: Message,
  next: () => unknown,
): unknown {
  const sent = propagator.extract(ROOT_CONTEXT, message.headers, GETTER)
  const sender = trace.getSpanContext(sent)
  const isLinked = message.kind === 'event' && events === 'link'
  const links = isLinked && sender !== undefined ? [{ context: sender }] : []
  const span = tracer.startSpan(
    spanName('process', pattern),
    { kind: SpanKind.CONSUMER, attributes: processAttributes(bus, pattern, message), links, root: isLinked },
    sent,
  )
  const inside: Context = trace.setSpan(isLinked ? propagatedBaggage(sent) : sent, span)
  return context.with(inside, () => ended(span, next))
}

function ended(span: Span, next: () => unknown): unknown {
  let returned: unknown
  try {
    returned = next()
  } catch (error) {
    failed(span, error)
    span.end()
    throw error
  }
  if (!(returned instanceof Promise)) {
    span.end()
    return returned
  }
  return returned.then(
    (value) => {
      span.end()
      return value
    },
    (error: unknown) => {
      failed(span, error)
      span.end()
      throw error
    },
  )
}

function failed(span: Span, error: unknown): void {
  const known = error instanceof Error ? error : new Error('something that is no error')
  const { code } = known as { code?: unknown }
  span.setAttribute('error.type', typeof code === 'string' ? code : known.name)
  span.recordException(known)
  span.setStatus({ code: SpanStatusCode.ERROR, message: known.message })
}

/** What a linked trace still takes over. */
function propagatedBaggage(sent: Context): Context {
  const baggage = propagation.getBaggage(sent)
  return baggage === undefined ? ROOT_CONTEXT : propagation.setBaggage(ROOT_CONTEXT, baggage)
}

const SETTER = {
  set: (headers: Record<string, string>, name: string, value: string): void => {
    headers[name] = value
  },
}

const GETTER = {
  get: (headers: Readonly<Record<string, string>>, name: string): string | undefined => headers[name],
  keys: (headers: Readonly<Record<string, string>>): string[] => Object.keys(headers),
}
