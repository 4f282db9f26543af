/** Busbar: a message bus that spans every thread of a process. */
export * as bincode from './codec/bincode/bincode.js'
export { registerError } from './codec/error-classes.js'
export type { Address, Balance, Prefer } from './contract/addresses.js'
export type { Alert, AlertMetric, AlertRule } from './contract/alerts.js'
export type { VirtualClock } from './contract/clock.js'
export type { AnyCodec, BuiltInCodec, Codec, CodecName } from './contract/codecs.js'
export type { Contract, Topics } from './contract/contract.js'
export type {
  BuriedMessage,
  DeadLetter,
  DeadLetterFilter,
  DeadLetters,
  DeathReason,
  FailedAttempt,
} from './contract/dead-letters.js'
export type {
  ContractOf,
  DefinedContract,
  Definition,
  EventDefinition,
  FromSchema,
  MessageDefinition,
  NotificationDefinition,
  RequestDefinition,
  StreamDefinition,
} from './contract/definitions.js'
export type {
  Directory,
  DirectoryEndpoint,
  DirectoryEventMap,
  DirectoryFilter,
} from './contract/directory.js'
export type {
  AlertEvent,
  BusEventMap,
  BusEvents,
  CircuitEvent,
  CongestionEvent,
  FailureEvent,
  HealthEvent,
  OverflowEvent,
  UnroutedEvent,
  WatermarkEvent,
} from './contract/events.js'
export type { ExplainedEndpoint, Explanation } from './contract/explanation.js'
export type {
  BatchHandler,
  BatchHandlerFunction,
  BatchHandlerObject,
  Handler,
  HandlerFunction,
  HandlerObject,
} from './contract/handlers.js'
export type {
  Circuit,
  CircuitOptions,
  CircuitState,
  HealthOptions,
  HealthState,
  HealthVerdict,
} from './contract/health.js'
export type { Interceptor, Outgoing, Replacement } from './contract/interceptors.js'
export type { Headers, Kind, Message, NakOptions } from './contract/messages.js'
export type {
  Histogram,
  Metrics,
  ReceiverLevels,
  ReceiverMetrics,
  ThreadMetrics,
} from './contract/metrics.js'
export type {
  BalanceOptions,
  BusDefaults,
  CloseOptions,
  CoreName,
  DeliverOptions,
  FailOn,
  Inheritance,
  MessagesOptions,
  OpenOptions,
  PrometheusOptions,
  PublishOptions,
  ReceiveOptions,
  RequestManyOptions,
  RequestOptions,
  Scope,
  SendOptions,
  StreamOptions,
  SubscribeOptions,
  Wait,
  WaitOptions,
} from './contract/options.js'
export type { Pattern } from './contract/patterns.js'
export type {
  Backoff,
  BatchOptions,
  DedupeOptions,
  Guarantee,
  Overflow,
  Priority,
  RetryOptions,
} from './contract/policies.js'
export type { Bus } from './contract/ports.js'
export type { Publisher } from './contract/publisher.js'
export type { Abandoned, ClosedThread, CloseReport, Dropped, Failed, Receipt } from './contract/receipts.js'
export type { Registration, Subscription } from './contract/receivers.js'
export type { Answer, NoAnswer, Reply } from './contract/replies.js'
export type { CloseOnSignalsOptions } from './contract/signals.js'
export type {
  StandardIssue,
  StandardResult,
  StandardSchema,
  StandardSchemaProps,
} from './contract/standard-schema.js'
export type { BusHoldings, BusStats, EndpointStats } from './contract/stats.js'
export type { Stream } from './contract/streams.js'
export type { Trace, TraceEvent, TraceOptions, TraceStep } from './contract/trace.js'
export type { HandleTrace, SendTrace } from './contract/tracing.js'
export type {
  RestartOptions,
  StoppedWorker,
  WorkerExit,
  WorkerGivenUp,
  WorkerRestart,
  WorkerState,
  Workers,
  WorkersEventMap,
  WorkersOptions,
  WorkersReport,
  WorkerThread,
} from './contract/workers.js'
export {
  BusError,
  type BusErrorCode,
  type BusErrorDetails,
  DeliveryError,
  type HandlerFailed,
  type OtherFailure,
  type PayloadIssue,
  type RequestError,
} from './errors.js'
export { defineContract, event, notification, request, stream } from './options/define-contract.js'
export { open } from './threads/open.js'
export { closeOnSignals } from './threads/signals.js'
