/** Attachments that give, take and settle deliveries: what tests of the cores say to them. */
import type { ExecutionContext } from 'ava'
import type { CoreAttachment, Reception } from '../../../ts/src/core/core.js'
import { bounds, cores, layout } from './cores.js'
import { drain, frame, type Read, submit } from './frames.js'
import { HANDLER, SUBSCRIPTION } from './receptions.js'

/** The name of a core. */
export type CoreName = 'native' | 'javascript'

/** The cores that hold deliveries. */
export const deliveringCores: readonly CoreName[] = (['native', 'javascript'] as const).filter(canHold)

/** Only a native core that says so itself is left out; any other failure is one of the tests. */
function canHold(name: CoreName): boolean {
  const core = cores[name].attach(`can ${name} hold deliveries?`, '{}', bounds(0), false, true, () => {})
  try {
    core.holdings()
    return true
  } catch (error) {
    return !(error instanceof Error && error.message.includes('does not hold deliveries yet'))
  } finally {
    core.detach()
  }
}

/** What names a delivery. */
export type Key = readonly [sender: number, number: number]

/** A message for one endpoint; see {@link Member.deliver}. */
export interface Parcel {
  readonly kind: 'event' | 'notification'
  readonly topic: string
  readonly endpoint: number
  /** The attachment that it goes to; without one, the endpoint has it already. */
  readonly target?: number
  readonly lane?: number
  readonly attempt?: number
  readonly payload?: string
}

const MESSAGES: ReadonlySet<number> = new Set([
  layout.KIND_EVENT,
  layout.KIND_NOTIFICATION,
  layout.KIND_REQUEST,
  layout.KIND_LAPSED,
  layout.KIND_DUE,
])

/** An attachment, in the words of a test. */
export class Member {
  readonly core: CoreAttachment
  #lastNumber = 0

  constructor(core: CoreAttachment) {
    this.core = core
  }

  get id(): number {
    return this.core.id
  }

  /** Registers a handler; returns its id. */
  handle(pattern: string | RegExp, reception: Partial<Reception> = {}): number {
    return this.core.register(pattern, { ...HANDLER, ...reception }).endpoint
  }

  /** Registers a subscription; returns its id. */
  subscribe(pattern: string | RegExp, reception: Partial<Reception> = {}): number {
    return this.core.register(pattern, { ...SUBSCRIPTION, ...reception }).endpoint
  }

  /** Hands over a delivery; returns what names it. */
  deliver(parcel: Parcel): Key {
    const number = ++this.#lastNumber
    submit(this.core, this.parcel(parcel, number))
    return [this.id, number]
  }

  /** The frame of a delivery. */
  parcel({ kind, target, payload, lane, ...others }: Parcel, delivery: number): Buffer {
    return frame({
      ...others,
      kind: kind === 'event' ? layout.KIND_EVENT : layout.KIND_NOTIFICATION,
      lane: lane ?? layout.LANE_NORMAL,
      sender: this.id,
      targets: target === undefined ? [] : [target],
      delivery,
      payload: Buffer.from(payload ?? ''),
    })
  }

  settle(...keys: readonly Key[]): void {
    this.#say(layout.KIND_SETTLE, keys)
  }

  release(...keys: readonly Key[]): void {
    this.#say(layout.KIND_RELEASE, keys)
  }

  attempted([sender, number]: Key, attempt: number): void {
    this.#say(layout.KIND_ATTEMPT, [[sender, number, attempt, 0]])
  }

  bury(bytes: Uint8Array): void {
    submit(this.core, frame({ kind: layout.KIND_DEAD, sender: this.id, payload: bytes }))
  }

  /** Keeps a message as the last one of its topic; without a payload, none. */
  retain(topic: string, payload: string, codec = payload === '' ? 0 : 1): void {
    const bytes = Buffer.from(payload)
    const { id: sender } = this
    const lane = layout.LANE_NORMAL
    submit(this.core, frame({ kind: layout.KIND_RETAIN, lane, sender, topic, codec, payload: bytes }))
  }

  /** Has a message come back at a moment of the core's clock. */
  schedule(dueMs: number, payload: string, lane: number = layout.LANE_NORMAL): void {
    const deadline = Math.ceil(dueMs) >>> 0
    const { id: sender } = this
    const bytes = Buffer.from(payload)
    submit(
      this.core,
      frame({ kind: layout.KIND_SCHEDULE, lane, sender, topic: 'due', deadline, payload: bytes }),
    )
  }

  /** The messages that wait; what else the core says is passed over. */
  received(): Read[] {
    return drain(this.core).filter(({ kind }) => MESSAGES.has(kind))
  }

  #say(kind: number, entries: readonly (readonly number[])[]): void {
    const payload = Buffer.from(Uint32Array.from(entries.flat()).buffer)
    submit(this.core, frame({ kind, sender: this.id, payload }))
  }
}

/** So many attachments of a bus of virtual time, which leave when the test has ended. */
export function crew(t: ExecutionContext, core: CoreName, count: number): Member[] {
  const members = Array.from({ length: count }, () => joining(t.title, core))
  t.teardown(() => {
    for (const member of members) member.core.detach()
  })
  return members
}

/** One more attachment of a bus of virtual time. */
export function joining(bus: string, core: CoreName): Member {
  return new Member(cores[core].attach(bus, '{}', bounds(16), false, true, () => {}))
}
