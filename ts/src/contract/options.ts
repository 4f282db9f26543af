/** What a user may ask for. The defaults are filled in and the ranges are checked in `options/`; `undefined` is the default. */
import type { Balance } from './addresses.js'
import type { Headers } from './messages.js'

/** What decides who receives a message and keeps time: Rust for all threads, or JavaScript for one. */
export type CoreName = 'native' | 'javascript'

/** How a bus is opened. The first thread's options hold for all; different ones later: `ERR_BUS_OPTIONS_DIFFER`. */
export interface OpenOptions {
  /** The largest encoded payload, in bytes: an integer from 1 to 2³¹−1; default 1,048,576 (1 MiB). */
  maxMessageSize?: number | undefined
  /** How long a request waits for its reply, in milliseconds: an integer from 1 to 2³¹−1; default 30,000. */
  requestTimeout?: number | undefined
  /** For how many topics each thread remembers the receivers: an integer from 1 to 16,777,216; default 32,768. */
  planCacheSize?: number | undefined
  /** For how many topics all threads together remember them: an integer from 0 (none) to 16,777,216; default 16,384. */
  matchCacheSize?: number | undefined
  /** How one of several equal handlers is chosen; default `round-robin`. */
  balance?: Balance | undefined
  /**
   * Which core it runs on, a matter of this thread: `javascript` reaches no other thread. Default: what the environment
   * variable `BUSBAR_CORE` says, else `native`, else, where that cannot be loaded, `javascript` with a warning.
   */
  core?: CoreName | undefined
}

/** How messages are received: of `subscribe()` and `handle()`. */
export interface ReceiveOptions {
  /** For a handler a name that no other handler of the bus has, and an address; for a subscription a label. */
  name?: string | undefined
  /** Whether a handler takes over its name from the one that has it, which then gets nothing more; default false. */
  replace?: boolean | undefined
  /** The service that it belongs to: an address that all its handlers share. */
  service?: string | undefined
  /** The pool that it belongs to: an address that all its handlers share. */
  pool?: string | undefined
  /** Its share of the messages under the policy `weighted`: an integer from 1 to 2³¹−1; default 1. */
  weight?: number | undefined
  /** The greatest comes first: an integer from −2³¹ to 2³¹−1; default 0. */
  priority?: number | undefined
  /** How many messages are handled at a time: an integer from 1 to 2³¹−1; default 1,000. */
  concurrency?: number | undefined
  /** How many messages wait behind those, at most: an integer from 1 to 2³¹−1; default 1,024. */
  capacity?: number | undefined
  /** Anything that reports should carry: texts by name. */
  metadata?: Readonly<Record<string, string>> | undefined
}

/** How an event is published. */
export interface PublishOptions {
  /** The identity of the message; default: a text that is unique in this process. */
  id?: string | undefined
  /** What the receiver should know besides the payload; default: nothing. */
  headers?: Headers | undefined
}

/** How one of several equal handlers is chosen for a message. */
export interface BalanceOptions {
  /** The policy; default: the bus's `balance`. */
  balance?: Balance | undefined
  /** What messages that belong together have in common: the policy `hash` sends them to the same handler. */
  key?: string | undefined
}

/** How a notification is sent. */
export interface SendOptions extends PublishOptions, BalanceOptions {
  /** How long it may wait for room in the mailbox, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
}

/** How a request is made. */
export interface RequestOptions extends PublishOptions, BalanceOptions {
  /** How long to wait for the reply, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
}

/** How a bus is closed. */
export interface CloseOptions {
  /** How long handlers and mailboxes may take to finish, in milliseconds: an integer from 0 to 2³¹−1; default 5,000. */
  timeout?: number | undefined
}
