/** What can go wrong, with the stable code of each: the only place where a code is written in TypeScript. */
import type { Topics } from './contract/contract.js'
import type { Receipt } from './contract/receipts.js'
import type { ErrorOf } from './contract/topics.js'

/** The codes of {@link BusError}; they are part of the interface and do not change. */
export type BusErrorCode =
  | 'ERR_BUS_ABORTED'
  | 'ERR_BUS_CIRCUIT_OPEN'
  | 'ERR_BUS_CLOSED'
  | 'ERR_BUS_DELIVERY_FAILED'
  | 'ERR_BUS_DUPLICATE'
  | 'ERR_BUS_EXPIRED'
  | 'ERR_BUS_HANDLER_FAILED'
  | 'ERR_BUS_HANDLER_GONE'
  | 'ERR_BUS_INTERNAL'
  | 'ERR_BUS_INVALID_ADDRESS'
  | 'ERR_BUS_INVALID_HANDLER'
  | 'ERR_BUS_INVALID_OPTION'
  | 'ERR_BUS_INVALID_PATTERN'
  | 'ERR_BUS_INVALID_PAYLOAD'
  | 'ERR_BUS_INVALID_TOPIC'
  | 'ERR_BUS_MESSAGE_TOO_LARGE'
  | 'ERR_BUS_NAME_TAKEN'
  | 'ERR_BUS_NATIVE_UNAVAILABLE'
  | 'ERR_BUS_NOT_MAIN_THREAD'
  | 'ERR_BUS_NO_HANDLER'
  | 'ERR_BUS_OPTIONS_DIFFER'
  | 'ERR_BUS_OVERLOADED'
  | 'ERR_BUS_PAYLOAD_NOT_DECODABLE'
  | 'ERR_BUS_PAYLOAD_NOT_ENCODABLE'
  | 'ERR_BUS_REPLY_IS_STREAM'
  | 'ERR_BUS_TIMEOUT'
  | 'ERR_BUS_WORKER_FAILED'

/** Something in a payload that a schema says no to. */
export interface PayloadIssue {
  /** What is wrong, in the words of the schema. */
  readonly message: string
  /** Where, from the payload on; empty where it is the payload itself. */
  readonly path: readonly (string | number)[]
}

const FAULTS_OF_HANDLERS: ReadonlySet<BusErrorCode> = new Set([
  'ERR_BUS_HANDLER_FAILED',
  'ERR_BUS_HANDLER_GONE',
  'ERR_BUS_OVERLOADED',
  'ERR_BUS_PAYLOAD_NOT_DECODABLE',
  'ERR_BUS_TIMEOUT',
])

/** What is no fault of the request, and not meant by its caller. */
const REPLACEABLE: ReadonlySet<BusErrorCode> = new Set([
  'ERR_BUS_CIRCUIT_OPEN',
  'ERR_BUS_EXPIRED',
  'ERR_BUS_HANDLER_FAILED',
  'ERR_BUS_HANDLER_GONE',
  'ERR_BUS_NO_HANDLER',
  'ERR_BUS_OVERLOADED',
  'ERR_BUS_PAYLOAD_NOT_DECODABLE',
  'ERR_BUS_TIMEOUT',
])

/** Where an error belongs, besides its message. */
export interface BusErrorDetails {
  /** The topic that was used. */
  readonly topic?: string
  /** The id of the endpoint that it is about. */
  readonly endpoint?: number
  /** The error below this one. */
  readonly cause?: unknown
  /** What a schema says is wrong with a payload. */
  readonly issues?: readonly PayloadIssue[]
}

/** Those that may be over soon, so that the same call can succeed later. */
const RETRYABLE: ReadonlySet<BusErrorCode> = new Set([
  'ERR_BUS_CIRCUIT_OPEN',
  'ERR_BUS_HANDLER_GONE',
  'ERR_BUS_NO_HANDLER',
  'ERR_BUS_OVERLOADED',
  'ERR_BUS_TIMEOUT',
])

/**
 * An error of the bus. Compare its `code`; the message is for people.
 *
 * @example
 * try {
 *   await bus.request('cart.1.price', { items: 3 }, { timeout: 200 })
 * } catch (error) {
 *   if (error instanceof BusError && error.code === 'ERR_BUS_TIMEOUT') …
 * }
 */
export class BusError extends Error {
  /** What went wrong; stable. */
  readonly code: BusErrorCode
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** The topic that was used. */
  declare readonly topic?: string
  /** The id of the endpoint that it is about. */
  declare readonly endpoint?: number
  /** What a schema says is wrong with the payload: of `ERR_BUS_INVALID_PAYLOAD`. */
  declare readonly issues?: readonly PayloadIssue[]

  /**
   * @param code - what went wrong
   * @param message - what was wrong, where, and what to do
   * @param details - where it belongs
   */
  constructor(code: BusErrorCode, message: string, details: BusErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.retryable = RETRYABLE.has(code)
    // Absent rather than undefined, so that a printed error shows only what it has.
    if (details.topic !== undefined) this.topic = details.topic
    if (details.endpoint !== undefined) this.endpoint = details.endpoint
    if (details.issues !== undefined) this.issues = details.issues
  }
}

/** A handler has failed. */
export interface HandlerFailed<Thrown> extends BusError {
  readonly code: 'ERR_BUS_HANDLER_FAILED'
  /** What it threw. */
  readonly cause: Thrown
}

/** A request has failed otherwise. */
export interface OtherFailure extends BusError {
  readonly code: Exclude<BusErrorCode, 'ERR_BUS_HANDLER_FAILED'>
}

/**
 * What a request to a topic rejects with, where nothing is wrong with the call: its `code` says whether a handler has
 * thrown, and then the cause is what the contract says that the handlers of the topic throw. The compiler takes what is
 * caught for `unknown`, so this has to be said.
 *
 * @typeParam T - the topic
 * @typeParam C - the contract
 * @example
 * type Bank = { 'account.*.draw': { payload: number; reply: number; error: RangeError } }
 * try {
 *   await bank.request('account.7.draw', 500)
 * } catch (caught) {
 *   const error = caught as RequestError<'account.7.draw', Bank>
 *   if (error.code === 'ERR_BUS_HANDLER_FAILED') console.log(error.cause.message)
 * }
 */
export type RequestError<T extends string, C = Topics> = HandlerFailed<ErrorOf<C, T>> | OtherFailure

/**
 * A message did not end as its sender asked for by `failOn`. `errors` holds what went wrong, one for each endpoint, and
 * `receipt` what became of the message as a whole.
 *
 * @example
 * try {
 *   await bus.deliver('cart.viewed', { user: 'ada' }, { failOn: 'any' })
 * } catch (error) {
 *   if (error instanceof DeliveryError) console.error(error.receipt.failed)
 * }
 */
export class DeliveryError extends AggregateError {
  /** What went wrong; stable. */
  readonly code: Extract<BusErrorCode, 'ERR_BUS_DELIVERY_FAILED'>
  /** Whether all of it may be over soon, so that the same message may get through later. */
  readonly retryable: boolean
  /** The topic of the message. */
  readonly topic: string
  /** What became of the message. */
  readonly receipt: Receipt

  /**
   * @param topic - that of the message
   * @param receipt - what became of it
   * @param errors - what went wrong, one for each endpoint
   */
  constructor(topic: string, receipt: Receipt, errors: readonly unknown[]) {
    const { matched, failed, dropped } = receipt
    const what = `${failed.length} failed, ${dropped.length} did not take it`
    super(errors, `'${topic}' was not delivered as asked for: of ${matched} receivers ${what}`)
    this.code = 'ERR_BUS_DELIVERY_FAILED'
    this.retryable =
      errors.length > 0 && errors.every((error) => error instanceof BusError && error.retryable)
    this.topic = topic
    this.receipt = receipt
  }
}

// On the prototype and not enumerable, as the built-in errors have it.
for (const [kind, value] of [
  [BusError, 'BusError'],
  [DeliveryError, 'DeliveryError'],
] as const) {
  Object.defineProperty(kind.prototype, 'name', { value, configurable: true, writable: true })
}

/** A handler has not finished with a message in time; whoever tries it next may. */
export function ackTimedOut(topic: string, endpoint: number, ms: number): BusError {
  const message = `the handler of '${topic}' did not finish with a message within ${ms} ms (ackTimeout, or extend())`
  return new BusError('ERR_BUS_TIMEOUT', message, { topic, endpoint })
}

/** The sender gave up, by its signal; why it did is the cause. */
export function aborted(topic: string, reason: unknown): BusError {
  const message = `'${topic}' was given up: its signal was aborted`
  return new BusError('ERR_BUS_ABORTED', message, { topic, cause: reason })
}

/** The circuit of the handler is open, or those of all that there are. */
export function circuitOpen(topic: string, endpoint?: number): BusError {
  const whose = endpoint === undefined ? `all handlers of '${topic}' are` : `the handler of '${topic}' is`
  const message = `${whose} kept from messages: too many failed or were slow, and the circuit is open`
  const details = endpoint === undefined ? { topic } : { topic, endpoint }
  return new BusError('ERR_BUS_CIRCUIT_OPEN', message, details)
}

/** Whether an endpoint has said that its circuit is open, and so has not begun. */
export function isCircuitOpen(error: unknown, endpoint: number): boolean {
  return error instanceof BusError && error.code === 'ERR_BUS_CIRCUIT_OPEN' && error.endpoint === endpoint
}

/** Whether nobody was there to be asked. */
export function isNoHandler(error: unknown): error is BusError {
  return error instanceof BusError && error.code === 'ERR_BUS_NO_HANDLER'
}

/** Whether it says something about the handler that was asked, and not about who asked. */
export function isFaultOfHandler(error: unknown): boolean {
  return error instanceof BusError && FAULTS_OF_HANDLERS.has(error.code)
}

/** Whether something else may be answered in the place of what a request has ended with. */
export function isReplaceable(error: unknown): error is BusError {
  return error instanceof BusError && REPLACEABLE.has(error.code)
}

/** The bus is closed in this thread. */
export function closed(bus: string, details?: BusErrorDetails): BusError {
  return new BusError('ERR_BUS_CLOSED', `bus '${bus}' is closed in this thread`, details)
}

/** A message that is to be processed once was there already; `endpoint` is left out where that is true of all. */
export function duplicate(topic: string, id: string, endpoint?: number): BusError {
  const message = `'${topic}' has a message with the id ${JSON.stringify(id)} already`
  return new BusError('ERR_BUS_DUPLICATE', message, endpoint === undefined ? { topic } : { topic, endpoint })
}

/** A message was of no use any more when its turn came. */
export function expired(topic: string, kind: string, endpoint?: number): BusError {
  const message = `the ${kind} for '${topic}' was not started in time: its ttl, or its sender's timeout, is over`
  return new BusError('ERR_BUS_EXPIRED', message, endpoint === undefined ? { topic } : { topic, endpoint })
}

/** A handler threw or rejected; what it threw is the cause. */
export function handlerFailed(topic: string, endpoint: number, cause: unknown): BusError {
  const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : shown(cause)
  return new BusError('ERR_BUS_HANDLER_FAILED', `the handler of '${topic}' failed: ${what}`, {
    topic,
    endpoint,
    cause,
  })
}

/** The handler was unregistered, or its thread ended, before it answered. */
export function handlerGone(topic: string, endpoint: number): BusError {
  const message = `the handler of '${topic}' is gone: it was unregistered, or its thread ended, before it answered`
  return withoutStack(() => new BusError('ERR_BUS_HANDLER_GONE', message, { topic, endpoint }))
}

/** A defect of Busbar itself. */
export function internal(what: string): BusError {
  return new BusError('ERR_BUS_INTERNAL', `${what}: this is a defect of Busbar, please report it`)
}

/** What should be an address is none. */
export function invalidAddress(address: unknown): BusError {
  const expected = "a topic, or an object with one of 'id' (a number), 'name', 'service' and 'pool' (texts)"
  return new BusError('ERR_BUS_INVALID_ADDRESS', `a message goes to ${expected}, got ${shown(address)}`)
}

/** What should handle messages is neither a function nor an object with a method `handle`. */
export function invalidHandler(handler: unknown): BusError {
  const message = `a handler must be a function or an object with a method 'handle', got ${shown(handler)}`
  return new BusError('ERR_BUS_INVALID_HANDLER', message)
}

/** An option is not what it may be. */
export function invalidOption(name: string, expected: string, value: unknown): BusError {
  return new BusError('ERR_BUS_INVALID_OPTION', `${name} must be ${expected}, got ${shown(value)}`)
}

/** An option that does not exist. */
export function unknownOption(owner: string, name: string, known: readonly string[]): BusError {
  const message = `${owner} has no option '${name}'; it has ${known.join(', ')}`
  return new BusError('ERR_BUS_INVALID_OPTION', message)
}

/** What should be a pattern is neither a text nor a RegExp, or no text that UTF-8 can hold. */
export function invalidPattern(pattern: unknown): BusError {
  const text = pattern instanceof RegExp ? pattern.source : pattern
  const message =
    typeof text === 'string'
      ? `a pattern must be well-formed Unicode, got a lone surrogate in ${JSON.stringify(text)}`
      : `a pattern must be a string or a RegExp, got ${shown(pattern)}`
  return new BusError('ERR_BUS_INVALID_PATTERN', message)
}

/** A schema says no to a payload, or to a reply; the cause is what it threw, where it did. */
export function invalidPayload(
  topic: string,
  what: 'payload' | 'reply' | 'item',
  issues: readonly PayloadIssue[],
  details: Pick<BusErrorDetails, 'cause'> = {},
): BusError {
  const shownIssues = issues
    .slice(0, MAX_SHOWN_ISSUES)
    .map((issue) => `${placeOf(what, issue)}: ${issue.message}`)
  const more = issues.length > MAX_SHOWN_ISSUES ? `; and ${issues.length - MAX_SHOWN_ISSUES} more` : ''
  const message = `the ${what} of '${topic}' is not what its contract says: ${shownIssues.join('; ')}${more}`
  return new BusError('ERR_BUS_INVALID_PAYLOAD', message, { ...details, topic, issues })
}

/** All issues are on the error; its message names the first few. */
const MAX_SHOWN_ISSUES = 5

/** `payload.items[2].price`, as somebody would write it. */
function placeOf(what: string, { path }: PayloadIssue): string {
  const steps = path.map((step) => {
    if (typeof step === 'string' && /^[A-Za-z_$][\w$]*$/.test(step)) return `.${step}`
    return `[${JSON.stringify(step)}]`
  })
  return what + steps.join('')
}

/** A text is no pattern; `at` is the byte at which it goes wrong. */
export function refusedPattern(pattern: string, at: number, reason: string): BusError {
  const message = `invalid pattern ${JSON.stringify(pattern)} at byte ${at}: ${reason}`
  return new BusError('ERR_BUS_INVALID_PATTERN', message)
}

/** A text is no topic. */
export function refusedTopic(topic: string, reason: string): BusError {
  return new BusError('ERR_BUS_INVALID_TOPIC', `invalid topic ${JSON.stringify(topic)}: ${reason}`, { topic })
}

/** What should be a topic is no text, or no text that UTF-8 can hold. */
export function invalidTopic(topic: unknown): BusError {
  const message =
    typeof topic === 'string'
      ? `a topic must be well-formed Unicode, got a lone surrogate in ${JSON.stringify(topic)}`
      : `a topic must be a string, got ${shown(topic)}`
  return new BusError('ERR_BUS_INVALID_TOPIC', message)
}

/** A topic of the prefix that is kept for addresses. */
export function reservedTopic(topic: string): BusError {
  const message = `invalid topic '${topic}': a leading '$' is reserved for addresses, such as { name: 'x' } in send()`
  return new BusError('ERR_BUS_INVALID_TOPIC', message, { topic })
}

/** A payload is larger than the bus allows. */
export function messageTooLarge(topic: string, bytes: number, limitBytes: number): BusError {
  const message = `the payload for '${topic}' has ${bytes} bytes, more than maxMessageSize (${limitBytes})`
  return new BusError('ERR_BUS_MESSAGE_TOO_LARGE', message, { topic })
}

/** Another handler has the name. */
export function nameTaken(name: string, endpoint: number): BusError {
  const message = `another handler (endpoint ${endpoint}) has the name ${JSON.stringify(name)}: take it over with replace: true`
  return new BusError('ERR_BUS_NAME_TAKEN', message, { endpoint })
}

/** The native core cannot be loaded. */
export function nativeUnavailable(message: string, cause?: unknown): BusError {
  return new BusError('ERR_BUS_NATIVE_UNAVAILABLE', message, { cause })
}

/** What a process is told that goes on without the native core. */
export function withoutNative(reason: string, instead: string): string {
  const code: BusErrorCode = 'ERR_BUS_NATIVE_UNAVAILABLE'
  const lost = `a bus reaches this thread only; other threads and the journal fail with ${code}`
  return `Busbar runs on its JavaScript core, because ${reason}. So ${lost}. ${instead}`
}

/** Nobody handles the topic, `afterMs` of waiting for somebody included; `unusable` names those who would. */
export function noHandler(topic: string, afterMs = 0, unusable = ''): BusError {
  const waited = afterMs === 0 ? '' : `, also after ${afterMs} ms`
  const others = unusable === '' ? '' : `: ${unusable}`
  return new BusError('ERR_BUS_NO_HANDLER', `nobody handles '${topic}'${waited}${others}`, { topic })
}

/** The same bus is open in this thread with other options. */
export function optionsDiffer(bus: string, open: string, asked: string): BusError {
  const message = `bus '${bus}' is open with other options: ${open}, asked for ${asked}`
  return new BusError('ERR_BUS_OPTIONS_DIFFER', message)
}

/** The mailbox of the endpoint is full. */
export function overloaded(topic: string, endpoint: number, capacity: number): BusError {
  const message = `the mailbox of the handler of '${topic}' is full (capacity ${capacity})`
  return new BusError('ERR_BUS_OVERLOADED', message, { topic, endpoint })
}

/** A message cannot be sent, because what it has to pass is full; `what` says what that is. */
export function noRoom(topic: string, what: string, endpoint?: number): BusError {
  const details = endpoint === undefined ? { topic } : { topic, endpoint }
  return new BusError('ERR_BUS_OVERLOADED', `there is no room for '${topic}': ${what}`, details)
}

/** A payload that came from another thread cannot be read. */
export function payloadNotDecodable(topic: string, why: string, cause: unknown): BusError {
  const message = `the payload of '${topic}' cannot be decoded: ${why}`
  return new BusError('ERR_BUS_PAYLOAD_NOT_DECODABLE', message, { topic, cause })
}

/** A payload cannot travel to another thread. */
export function payloadNotEncodable(topic: string, what: string, cause?: unknown): BusError {
  const message = `the payload for '${topic}' cannot be encoded for another thread: ${what}`
  return new BusError(
    'ERR_BUS_PAYLOAD_NOT_ENCODABLE',
    message,
    cause === undefined ? { topic } : { topic, cause },
  )
}

/** The handler answers with a stream, and one reply was asked for. */
export function replyIsStream(topic: string): BusError {
  const message = `the handler of '${topic}' answers with a stream, not with one reply: ask for it by stream()`
  return new BusError('ERR_BUS_REPLY_IS_STREAM', message, { topic })
}

/** Why a stream is not wanted any more whose reader has left it. */
export function readerGone(topic: string): Error {
  return withoutStack(() => new Error(`the reader of '${topic}' has left the stream`))
}

/** What the iterator of a handler returned is no result of one. */
export function notAnItem(result: unknown): TypeError {
  return new TypeError(`an iterator must return objects, got ${shown(result)}`)
}

/** Nobody answered in time. */
export function timedOut(topic: string, timeoutMs: number, endpoint?: number): BusError {
  const message = `'${topic}' was not answered within ${timeoutMs} ms`
  const details = endpoint === undefined ? { topic } : { topic, endpoint }
  return withoutStack(() => new BusError('ERR_BUS_TIMEOUT', message, details))
}

/**
 * Makes an error that comes from a turn of the bus's own: its stack could only tell of the bus. Many requests may end in
 * one turn, and to take that of each costs more than all else about them.
 */
function withoutStack<Made extends Error>(make: () => Made): Made {
  const limit = Error.stackTraceLimit
  // With --frozen-intrinsics it cannot be set.
  if (!Reflect.set(Error, 'stackTraceLimit', 0)) return make()
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** A worker has ended before it was online, or is not replaced any more; `error` holds what it has thrown, if anything. */
export function workerFailed(
  bus: string,
  index: number,
  code: number,
  error: { readonly thrown: unknown } | undefined,
  isGivenUp: boolean,
): BusError {
  const what = isGivenUp ? 'has ended too often, and is not replaced any more' : 'ended before it was online'
  const thrown = error?.thrown
  const said = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : shown(thrown)
  const why = error === undefined ? `exit code ${code}` : said
  const message = `worker ${index} of bus '${bus}' ${what}: ${why}`
  return new BusError('ERR_BUS_WORKER_FAILED', message, error === undefined ? {} : { cause: thrown })
}

/** `new Worker()` would not have the options; what it threw is the cause. */
export function workerRefused(cause: unknown): BusError {
  const why = cause instanceof Error ? cause.message : shown(cause)
  const message = `the options of workers() must be such as new Worker() takes: ${why}`
  return new BusError('ERR_BUS_INVALID_OPTION', message, { cause })
}

/** The file that workers run first is not there. */
export function workersInBundle(): BusError {
  const message =
    'workers() needs the files of the package, which a bundle does not have: leave busbar outside of the bundle'
  return new BusError('ERR_BUS_WORKER_FAILED', message)
}

/** The workers are closed. */
export function workersClosed(bus: string): BusError {
  return new BusError('ERR_BUS_CLOSED', `these workers of bus '${bus}' are closed`)
}

/** Threads cannot reach a bus that is on the core in JavaScript. */
export function workersNeedNative(bus: string): BusError {
  const message = `bus '${bus}' is on the JavaScript core, which reaches no other thread: workers need the native one`
  return nativeUnavailable(message)
}

/** Only the main thread hears signals. */
export function signalsInWorker(): BusError {
  const message =
    'closeOnSignals() was called in a worker, which hears no signals: call it in the main thread'
  return new BusError('ERR_BUS_NOT_MAIN_THREAD', message)
}

/** A schema that takes its time, where nobody can wait for it. */
export function asynchronousSchema(topic: string): BusError {
  const message = `the schema of '${topic}' is asynchronous, and publish() cannot wait for it: use deliver()`
  return new BusError('ERR_BUS_INVALID_OPTION', message, { topic })
}

/** A clock that this copy of Busbar did not make. */
export function foreignClock(): BusError {
  const message = "clock must be made by virtualClock() of the same copy of 'busbar/testing'"
  return new BusError('ERR_BUS_INVALID_OPTION', message)
}

/** What should be an interceptor has no method of one. */
export function invalidInterceptor(interceptor: unknown): BusError {
  const message = `an interceptor must be an object with a method 'send' or 'receive', got ${shown(interceptor)}`
  return new BusError('ERR_BUS_INVALID_HANDLER', message)
}

/** The handler is told that nobody waits for its answer any more. */
export function deadlinePassed(topic: string): BusError {
  const message = `the caller of '${topic}' has stopped waiting: the deadline passed`
  return new BusError('ERR_BUS_TIMEOUT', message, { topic })
}

/** Whether it says that a caller does not wait any longer: it has given up, or its time is over. */
export function isUnawaited(error: BusError | undefined): boolean {
  return error?.code === 'ERR_BUS_ABORTED' || error?.code === 'ERR_BUS_TIMEOUT'
}

/** Whether it says that a caller has given up. */
export function isAbort(error: BusError | undefined): error is BusError {
  return error?.code === 'ERR_BUS_ABORTED'
}

/** Whether the same request may be answered later. What a handler throws is final, unless it says otherwise itself. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof BusError)) return false
  if (error.code !== 'ERR_BUS_HANDLER_FAILED') return error.retryable
  const { cause } = error
  return typeof cause === 'object' && cause !== null && 'retryable' in cause && cause.retryable === true
}

/** Whether it is what a sender is told of a handler that failed. */
export function isFailure(error: unknown): error is BusError {
  return error instanceof BusError && error.code === 'ERR_BUS_HANDLER_FAILED'
}

/** Whether it says that a time is over. */
export function isTimeout(error: BusError): boolean {
  return error.code === 'ERR_BUS_TIMEOUT'
}

/** An error of the core, by the code that the core gave it; anything else stays as it is. */
export function fromCore(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const { code } = error
  return isCode(code) ? new BusError(code, error.message) : error
}

/** Whether a value is one of the codes: what comes from elsewhere may be anything. */
export function isCode(code: unknown): code is BusErrorCode {
  return typeof code === 'string' && code.startsWith('ERR_BUS_')
}

/** A value as a message shows it: what it is, and its type. */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)} (string)`
    case 'number':
    case 'boolean':
      return `${value} (${typeof value})`
    case 'bigint':
      return `${value}n (bigint)`
    case 'undefined':
      return 'undefined'
    case 'function':
      return value.name === '' ? 'a function' : `the function ${value.name}`
    case 'symbol':
      return 'a symbol'
    default:
      return value === null ? 'null' : `an object (${Object.prototype.toString.call(value).slice(8, -1)})`
  }
}
