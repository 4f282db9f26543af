/** Sends messages whose way through all threads is reported. */
import { inspect } from 'node:util'
import type { Address } from '../contract/addresses.js'
import type { Explanation } from '../contract/explanation.js'
import type { Trace, TraceStep } from '../contract/trace.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { MARK, written } from '../link/mark.js'
import type { PlanCache } from '../link/plan-cache.js'
import type { Timers } from '../link/timers.js'
import { Journey } from '../operate/tracing/journey.js'
import type { Tracker } from '../operate/tracing/tracker.js'
import type { EntrySettings } from '../options/entry.js'
import type { MessageSettings } from '../options/send.js'
import type { TraceSettings } from '../options/trace.js'
import type { Notifications } from './notifications.js'
import type { Publishing } from './publishing.js'
import type { Requests } from './requests.js'

/** The parts of an attachment that such a message passes through. */
export interface TraceParts {
  readonly tracker: Tracker
  readonly plans: PlanCache<Endpoint>
  readonly publishing: Publishing
  readonly notifications: Notifications
  readonly requests: Requests
  readonly timers: Timers
  /** Called when there is one more or one less. */
  readonly onChange: () => void
}

/** What the sender itself learns. */
interface Answer {
  readonly reply?: unknown
  readonly error?: unknown
}

/** The traces of one attachment. */
export class Traces {
  readonly #parts: TraceParts
  readonly #open = new Set<() => void>()

  constructor(parts: TraceParts) {
    this.#parts = parts
  }

  /** Sends a message and follows it; throws what is wrong with the message. */
  async trace(
    target: string | Address,
    payload: unknown,
    settings: TraceSettings,
    entry: EntrySettings | undefined,
    plan: Explanation,
  ): Promise<Trace> {
    const { tracker, timers, plans, onChange } = this.#parts
    const { kind, timeoutMs } = settings
    const receivers = kind === 'event' ? plans.subscribers(plan.topic) : []
    const receiversOf = (one: number): number =>
      receivers.filter(({ attachment }) => attachment === one).length
    let finish = (): void => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    let answer: Answer | undefined
    const isComplete = (): boolean =>
      kind === 'event' ? journey.ends >= receivers.length : answer !== undefined && journey.open === 0
    let isOver = false
    const look = (): void => {
      // A request ends by the same time-out, in the same moment: what it ends with belongs to the report.
      if (isComplete() || (isOver && (kind === 'event' || answer !== undefined))) finish()
    }
    const journey = new Journey(receiversOf, look)
    const mark = tracker.listen(journey.take)
    this.#open.add(finish)
    onChange()
    const timer = timers.after(timeoutMs, () => {
      isOver = true
      look()
    })
    try {
      void this.#send(target, payload, marked(settings, written(mark)), entry)?.then((told) => {
        answer = told
        tracker.step(mark, 'answered', {
          detail: told.error === undefined ? undefined : String(told.error),
        })
      })
      look()
      await finished
      return new MessageTrace(plan, kind, journey.steps(), isComplete(), answer ?? {})
    } finally {
      timers.cancel(timer)
      tracker.letGo(mark)
      this.#open.delete(finish)
      onChange()
    }
  }

  /** The bus leaves this thread: what is known by now is all. */
  end(): void {
    for (const finish of this.#open) finish()
  }

  /** @returns what its sender learns; undefined where that is nothing */
  #send(
    target: string | Address,
    payload: unknown,
    settings: TraceSettings,
    entry: EntrySettings | undefined,
  ): Promise<Answer> | undefined {
    const { plans, publishing, notifications, requests } = this.#parts
    switch (settings.kind) {
      case 'event':
        publishing.publish(plans.get(target as string), payload, settings.sending)
        return undefined
      case 'notification':
        return answerOf(() => notifications.send(target, payload, settings.sending, entry)).then(withoutReply)
      case 'request':
        return answerOf(() => requests.request(target, payload, settings.sending, entry))
    }
  }
}

/** A message with the header that it is known by. */
function marked(settings: TraceSettings, mark: string): TraceSettings {
  switch (settings.kind) {
    case 'event':
      return { ...settings, sending: withMark(settings.sending, mark) }
    case 'notification':
      return { ...settings, sending: withMark(settings.sending, mark) }
    case 'request':
      return { ...settings, sending: withMark(settings.sending, mark) }
  }
}

function withMark<Settings extends MessageSettings>(sending: Settings, mark: string): Settings {
  const { id, headers } = sending.envelope ?? { id: undefined, headers: undefined }
  return { ...sending, envelope: { id, headers: { ...headers, [MARK]: mark } } }
}

async function answerOf(ask: () => Promise<unknown>): Promise<Answer> {
  try {
    return { reply: await ask() }
  } catch (error) {
    return { error }
  }
}

/** What a notification resolves to is a receipt, and the steps say more. */
function withoutReply({ error }: Answer): Answer {
  return error === undefined ? {} : { error }
}

class MessageTrace implements Trace {
  readonly topic: string
  readonly kind: Trace['kind']
  readonly plan: Explanation
  readonly steps: readonly TraceStep[]
  readonly isComplete: boolean
  // Only there where there is one.
  declare readonly reply?: unknown
  declare readonly error?: unknown

  constructor(
    plan: Explanation,
    kind: Trace['kind'],
    steps: readonly TraceStep[],
    isComplete: boolean,
    answer: Answer,
  ) {
    this.topic = plan.topic
    this.kind = kind
    this.plan = plan
    this.steps = steps
    this.isComplete = isComplete
    if ('reply' in answer) this.reply = answer.reply
    if ('error' in answer) this.error = answer.error
  }

  [inspect.custom](): string {
    const end = this.isComplete ? 'all of its ways have ended' : 'not all of its ways have ended in time'
    return [`'${this.topic}' as ${this.kind}: ${end}`, inspect(this.plan), ...this.steps.map(shown)].join(
      '\n',
    )
  }
}

function shown({ at, threadId, event, endpoint, pattern, name, to, detail }: TraceStep): string {
  const receiver = endpoint === undefined ? '' : ` endpoint ${endpoint}`
  const label = [
    pattern === undefined ? '' : ` of '${pattern}'`,
    name === undefined ? '' : ` '${name}'`,
  ].join('')
  const targets = to === undefined ? '' : ` to attachment ${to.join(', ')}`
  const known = detail === undefined ? '' : ` (${detail})`
  return `  +${at.toFixed(3)} ms  thread ${threadId}  ${event}${targets}${receiver}${label}${known}`
}
