/** Busbar: a message bus that spans every thread of a process. */
export { open } from './bus/open.js'
export type { Address, Balance } from './contract/addresses.js'
export type { Contract, Topics } from './contract/contract.js'
export type {
  Directory,
  DirectoryEndpoint,
  DirectoryEventMap,
  DirectoryFilter,
} from './contract/directory.js'
export type { BusEventMap, BusEvents, FailureEvent } from './contract/events.js'
export type { ExplainedEndpoint, Explanation } from './contract/explanation.js'
export type { Handler, HandlerFunction, HandlerObject } from './contract/handlers.js'
export type { Headers, Kind, Message } from './contract/messages.js'
export type {
  BalanceOptions,
  CloseOptions,
  OpenOptions,
  PublishOptions,
  ReceiveOptions,
  RequestOptions,
  SendOptions,
} from './contract/options.js'
export type { Pattern } from './contract/patterns.js'
export type { Bus, Publisher, Registration, Subscription } from './contract/ports.js'
export type { Abandoned, CloseReport, Dropped, EndpointStats, Failed, Receipt } from './contract/receipts.js'
export { BusError, type BusErrorCode, type BusErrorDetails } from './errors.js'
