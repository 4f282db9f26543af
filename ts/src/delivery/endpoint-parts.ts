/** What an endpoint is made of. */
import type { HandlerFunction } from '../contract/handlers.js'
import type { Pattern } from '../contract/patterns.js'
import type { Timers } from '../link/timers.js'
import type { EndpointSettings } from '../options/receive.js'
import type { TopicDefaults } from '../options/topic.js'
import type { Answering } from './answering.js'
import type { MetersOf } from './counts.js'
import type { Dispatcher } from './dispatcher.js'
import type { Endpoint } from './endpoint.js'
import type { Gate } from './gate.js'
import type { ParamsOf } from './message.js'
import type { Outcomes } from './outcomes.js'

/** The parts; what is the same for all of a bus, and what is its own. */
export interface EndpointParts {
  readonly id: number
  readonly pattern: Pattern
  readonly handler: HandlerFunction
  /** The same without what is put around it, for a message of which only the handler is to know. */
  readonly bare: HandlerFunction | undefined
  /** As `bare`, for requests. */
  readonly answering: Answering | undefined
  readonly settings: EndpointSettings
  readonly dispatcher: Dispatcher
  readonly outcomes: Outcomes
  readonly timers: Timers
  /** Milliseconds of the core's clock. */
  readonly now: () => number
  /** The named groups of the pattern, where it has any. */
  readonly paramsOf: ParamsOf | undefined
  /** Whether anybody sees messages besides the handler. */
  readonly isWatched: () => boolean
  /** What the contract says of the topic of a message, where the endpoint says nothing. */
  readonly defaultsOf: (topic: string) => TopicDefaults
  /** What may keep messages back; undefined where nothing does. */
  readonly gate: Gate | undefined
  /** Called when it has had its one message. */
  readonly onOnce: (endpoint: Endpoint) => void
  /** Whether it was registered by `handle()`: then it gets notifications and requests, else events. */
  readonly isHandler: boolean
  /** Where the durations of its messages go; undefined where nobody measures. */
  readonly metersOf: MetersOf | undefined
}

/** Whether a message that is alone needs nothing but a slot and the handler. A gate has to hear of each of them. */
export function isSimple({ settings, paramsOf, gate }: EndpointParts): boolean {
  const { once, orderBy, overflow, batch } = settings
  const isPlain = !once && orderBy === undefined && overflow !== 'latest' && batch === undefined
  return isPlain && paramsOf === undefined && gate === undefined
}
