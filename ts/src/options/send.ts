/** The options of `publish()`, `deliver()` and `send()`. */
import type { Headers } from '../contract/messages.js'
import type { DeliverOptions, FailOn, PublishOptions, SendOptions, Wait } from '../contract/options.js'
import type { Guarantee, Priority } from '../contract/policies.js'
import { invalidOption } from '../errors.js'
import { type BalanceSettings, balanceSettings } from './balance.js'
import { abortSignal, flag, integer, MAX_INTEGER, members, oneOf, text, texts, tokens } from './check.js'
import { guaranteeOf, priorityOf } from './defaults.js'
import type { EntrySettings } from './entry.js'
import type { BusSettings } from './open.js'

/** What a sender says about a message besides its payload; absent where it says nothing. */
export interface Envelope {
  readonly id: string | undefined
  readonly headers: Headers | undefined
}

/** What is said of every message. */
export interface MessageSettings {
  readonly envelope: Envelope | undefined
  readonly priority: Priority
}

/** Of a message that a handler is chosen for, and an answer awaited. */
export interface RoutedSettings extends MessageSettings, BalanceSettings {
  readonly timeoutMs: number
}

/** Of a message that does not wait for a reply: when it goes, and what is promised. */
interface TimedSettings extends MessageSettings {
  /** 0 for none. */
  readonly ttlMs: number
  /** 0 for now. */
  readonly delayMs: number
  readonly guarantee: Guarantee
}

/** What a sender waits for. */
export interface WaitSettings {
  readonly wait: Wait
  readonly failOn: FailOn
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Complete options of an event. */
export interface PublishSettings extends TimedSettings {
  readonly key: string | undefined
  readonly retain: boolean
  readonly mandatory: boolean
}

/** Complete options of an event that is waited for. */
export interface DeliverSettings extends PublishSettings, WaitSettings {}

/** Complete options of a message to one handler. */
export interface SendSettings extends TimedSettings, RoutedSettings, WaitSettings {
  /** The topic under which it is told how the message ended. */
  readonly notify: string | undefined
}

type Given = Readonly<Record<string, unknown>>

const MESSAGE = ['id', 'headers', 'key', 'priority', 'ttl', 'delay', 'at', 'guarantee']
const WAIT = ['wait', 'failOn', 'timeout', 'signal']
const PUBLISH = [...MESSAGE, 'retain', 'mandatory']
const DELIVER = [...PUBLISH, ...WAIT]
const SEND = [...MESSAGE, ...WAIT, 'balance', 'prefer', 'notify']

const WAITS: readonly Wait[] = ['accepted', 'processed']
const FAIL_ONS: readonly FailOn[] = ['failed', 'dropped', 'any', 'none']

/** A topic has 255, and `.err` comes behind it. */
const MAX_NOTIFY_BYTES = 251

/** What is published without options to a topic for which the contract may have an entry. */
export function publishDefaults(settings: BusSettings, entry?: EntrySettings): PublishSettings {
  return {
    ...timedDefaults(settings, entry),
    key: undefined,
    retain: entry?.retain ?? false,
    mandatory: entry?.mandatory ?? false,
  }
}

/** As {@link publishDefaults}, for `deliver()`. */
export function deliverDefaults(settings: BusSettings, entry?: EntrySettings): DeliverSettings {
  return { ...publishDefaults(settings, entry), ...waitDefaults(settings, entry, 'processed') }
}

/** As {@link publishDefaults}, for `send()`. */
export function sendDefaults(settings: BusSettings, entry?: EntrySettings): SendSettings {
  return {
    ...timedDefaults(settings, entry),
    ...waitDefaults(settings, entry, 'accepted'),
    balance: settings.balance,
    prefer: settings.prefer,
    key: undefined,
    notify: undefined,
  }
}

function timedDefaults({ defaults }: BusSettings, entry: EntrySettings | undefined): TimedSettings {
  return {
    envelope: undefined,
    priority: entry?.priority ?? defaults.priority,
    ttlMs: entry?.ttlMs ?? defaults.ttlMs,
    delayMs: 0,
    guarantee: entry?.guarantee ?? defaults.guarantee,
  }
}

function waitDefaults(
  { requestTimeoutMs }: BusSettings,
  entry: EntrySettings | undefined,
  wait: Wait,
): WaitSettings {
  return { wait, failOn: 'none', timeoutMs: entry?.timeoutMs ?? requestTimeoutMs, signal: undefined }
}

/**
 * Checks the options of `publish()` and completes them; `defaults` are complete, and hold where there are no options.
 *
 * This and what is like it is written out, member by member, because it is done for each message that has options: to
 * spread objects takes ten times as long.
 *
 * @param nowMs - milliseconds since the epoch, by the clock that `at` is meant by
 */
export function publishSettings(
  options: PublishOptions | undefined,
  defaults: PublishSettings,
  nowMs: () => number = Date.now,
): PublishSettings {
  if (options === undefined) return defaults
  const given = members('publish()', options, PUBLISH)
  return {
    envelope: envelopeOf(given),
    key: text('key', given['key']),
    priority: priorityOf(given, defaults.priority),
    ttlMs: integer('ttl', given['ttl'], defaults.ttlMs, 1),
    delayMs: delayMs(given['delay'], given['at'], nowMs),
    guarantee: guaranteeOf(given, defaults.guarantee),
    retain: flag('retain', given['retain'], defaults.retain),
    mandatory: flag('mandatory', given['mandatory'], defaults.mandatory),
  }
}

/** As {@link publishSettings}, for `deliver()`. */
export function deliverSettings(
  options: DeliverOptions | undefined,
  defaults: DeliverSettings,
  nowMs: () => number = Date.now,
): DeliverSettings {
  if (options === undefined) return defaults
  const given = members('deliver()', options, DELIVER)
  return {
    envelope: envelopeOf(given),
    key: text('key', given['key']),
    priority: priorityOf(given, defaults.priority),
    ttlMs: integer('ttl', given['ttl'], defaults.ttlMs, 1),
    delayMs: delayMs(given['delay'], given['at'], nowMs),
    guarantee: guaranteeOf(given, defaults.guarantee),
    retain: flag('retain', given['retain'], defaults.retain),
    mandatory: flag('mandatory', given['mandatory'], defaults.mandatory),
    wait: waitOf(given, defaults.wait),
    failOn: failOnOf(given, defaults.failOn),
    timeoutMs: integer('timeout', given['timeout'], defaults.timeoutMs, 1),
    signal: abortSignal('signal', given['signal']),
  }
}

/** As {@link publishSettings}, for `send()`. */
export function sendSettings(
  options: SendOptions | undefined,
  defaults: SendSettings,
  nowMs: () => number = Date.now,
): SendSettings {
  if (options === undefined && defaults.balance !== 'hash') return defaults
  const given = members('send()', options, SEND)
  const { balance, prefer, key } = balanceSettings(given, defaults)
  return {
    envelope: envelopeOf(given),
    key,
    priority: priorityOf(given, defaults.priority),
    ttlMs: integer('ttl', given['ttl'], defaults.ttlMs, 1),
    delayMs: delayMs(given['delay'], given['at'], nowMs),
    guarantee: guaranteeOf(given, defaults.guarantee),
    wait: waitOf(given, defaults.wait),
    failOn: failOnOf(given, defaults.failOn),
    timeoutMs: integer('timeout', given['timeout'], defaults.timeoutMs, 1),
    signal: abortSignal('signal', given['signal']),
    balance,
    prefer,
    notify: notifyTopic(given['notify']),
  }
}

/** Checks what is said of a message besides its payload. */
export function envelopeOf(given: Given): Envelope | undefined {
  const id = text('id', given['id'])
  const headers = texts('headers', given['headers'])
  return id === undefined && headers === undefined ? undefined : { id, headers }
}

function waitOf(given: Given, fallback: Wait): Wait {
  return oneOf('wait', given['wait'], fallback, WAITS) ?? fallback
}

function failOnOf(given: Given, fallback: FailOn): FailOn {
  return oneOf('failOn', given['failOn'], fallback, FAIL_ONS) ?? fallback
}

function notifyTopic(value: unknown): string | undefined {
  const topic = tokens('notify', value, MAX_NOTIFY_BYTES)
  if (topic?.startsWith('$') !== true) return topic
  throw invalidOption('notify', "a topic that does not begin with the reserved '$'", value)
}

/** How long a message is kept before it goes. */
function delayMs(delay: unknown, at: unknown, nowMs: () => number): number {
  if (at === undefined) return integer('delay', delay, 0, 0)
  if (delay !== undefined) throw invalidOption('at', 'left out where there is a delay', at)
  const atMs = at instanceof Date ? at.getTime() : at
  const aheadMs = typeof atMs === 'number' && Number.isFinite(atMs) ? Math.ceil(atMs - nowMs()) : Number.NaN
  if (aheadMs <= MAX_INTEGER) return Math.max(0, aheadMs)
  const expected = `a Date or milliseconds since the epoch, at most ${MAX_INTEGER} ms ahead`
  throw invalidOption('at', expected, at instanceof Date ? String(at) : at)
}
