/** The tracing channels of this process, and what is told there. */
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import type { Headers, Message } from '../../contract/messages.js'
import type { HandleTrace, SendTrace } from '../../contract/tracing.js'

type Channel<Trace extends object> = TracingChannel<unknown, Trace>

const publishChannel: Channel<SendTrace> = tracingChannel('busbar:publish')
const deliverChannel: Channel<SendTrace> = tracingChannel('busbar:deliver')
const requestChannel: Channel<SendTrace> = tracingChannel('busbar:request')
const handleChannel: Channel<HandleTrace> = tracingChannel('busbar:handle')

/**
 * Whether anybody listens. Each message asks, so this and what calls it are functions and no getters (`hasSubscribers` of
 * the whole is one): V8 counts how often a function is called, not a getter, and makes those one piece with their callers
 * first that are called most. As one piece it costs nothing, because that is made anew when somebody begins to listen.
 */
function isHeard<Trace extends object>({ start, end, asyncStart, asyncEnd, error }: Channel<Trace>): boolean {
  return (
    start.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers
  )
}

/** What is known of a message that is to be sent. */
export interface Sending {
  readonly topic: string
  readonly kind: Message['kind']
  readonly payload: unknown
  readonly headers: Headers | undefined
}

/** Complete settings, as far as they have headers. */
interface Said {
  readonly envelope: { readonly id: string | undefined; readonly headers: Headers | undefined } | undefined
}

/** Whom an attachment belongs to, and how it finds the pattern of a topic's first receiver. */
export interface ChannelParts {
  readonly bus: string
  readonly attachment: number
  readonly patternOf: (topic: string) => string | undefined
}

const NO_HEADERS: Headers = Object.freeze({})

/** The tracing of one attachment. */
export class Channels {
  readonly #parts: ChannelParts

  constructor(parts: ChannelParts) {
    this.#parts = parts
  }

  /** Whether anybody listens to events being published. */
  seesPublish(): boolean {
    return isHeard(publishChannel)
  }

  /** Whether anybody listens to events being published, or to handlers. */
  seesEvents(): boolean {
    return isHeard(publishChannel) || isHeard(handleChannel)
  }

  /** Whether anybody listens to requests. */
  seesRequest(): boolean {
    return isHeard(requestChannel)
  }

  /** Whether anybody listens to requests being made, or to handlers. */
  seesRequests(): boolean {
    return isHeard(requestChannel) || isHeard(handleChannel)
  }

  /** Whether anybody listens to handlers. */
  seesHandle(): boolean {
    return isHeard(handleChannel)
  }

  /** Tells that an event is published. */
  publish<Settings extends Said>(
    sending: Omit<Sending, 'headers'>,
    settings: Settings,
    send: (settings: Settings) => number,
  ): number {
    if (!isHeard(publishChannel)) return send(settings)
    const trace = this.#sending({ ...sending, headers: settings.envelope?.headers })
    return publishChannel.traceSync(() => send(withHeaders(settings, trace.headers)), trace) as number
  }

  /** Tells that a message is delivered, and waited for. */
  deliver<Settings extends Said, Result>(
    sending: Omit<Sending, 'headers'>,
    settings: Settings,
    send: (settings: Settings) => Promise<Result>,
  ): Promise<Result> {
    return isHeard(deliverChannel) ? this.#traced(deliverChannel, sending, settings, send) : send(settings)
  }

  /** Tells that a request is made. */
  request<Settings extends Said, Result>(
    sending: Omit<Sending, 'headers'>,
    settings: Settings,
    send: (settings: Settings) => Promise<Result>,
  ): Promise<Result> {
    return isHeard(requestChannel) ? this.#traced(requestChannel, sending, settings, send) : send(settings)
  }

  /** Tells that a handler is called; returns what it returns, throws what it throws. */
  handle(handled: Omit<HandleTrace, 'bus' | 'attachment'>, run: () => unknown): unknown {
    const { bus, attachment } = this.#parts
    const trace: HandleTrace = { bus, attachment, ...handled }
    let returned: unknown
    const promise = handleChannel.start.runStores(trace, () => {
      try {
        returned = run()
        if (!(returned instanceof Promise)) trace.result = returned
        return returned
      } catch (error) {
        trace.error = error
        handleChannel.error.publish(trace)
        throw error
      } finally {
        handleChannel.end.publish(trace)
      }
    })
    // Its end is another's to wait for: a handler that rejects is not left unhandled by this.
    if (promise instanceof Promise) promise.then(ended(trace), failed(trace))
    return returned
  }

  #traced<Settings extends Said, Result>(
    traced: Channel<SendTrace>,
    sending: Omit<Sending, 'headers'>,
    settings: Settings,
    send: (settings: Settings) => Promise<Result>,
  ): Promise<Result> {
    const trace = this.#sending({ ...sending, headers: settings.envelope?.headers })
    // What it throws at once is a rejection to whoever listens, too.
    const run = async (): Promise<Result> => send(withHeaders(settings, trace.headers))
    return traced.tracePromise(run, trace) as Promise<Result>
  }

  #sending({ topic, kind, payload, headers = NO_HEADERS }: Sending): SendTrace {
    const { bus, attachment, patternOf } = this.#parts
    return { bus, attachment, topic, kind, payload, pattern: patternOf(topic), headers }
  }
}

function ended(trace: HandleTrace): (value: unknown) => void {
  return (value) => {
    trace.result = value
    handleChannel.asyncStart.publish(trace)
    handleChannel.asyncEnd.publish(trace)
  }
}

function failed(trace: HandleTrace): (error: unknown) => void {
  return (error) => {
    trace.error = error
    handleChannel.error.publish(trace)
    handleChannel.asyncStart.publish(trace)
    handleChannel.asyncEnd.publish(trace)
  }
}

function withHeaders<Settings extends Said>(settings: Settings, headers: Headers): Settings {
  if (headers === (settings.envelope?.headers ?? NO_HEADERS)) return settings
  return { ...settings, envelope: { id: settings.envelope?.id, headers } }
}
