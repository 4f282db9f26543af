/** What a user may ask for. The defaults are filled in and the ranges are checked in `options/`; `undefined` is the default. */
import type { Headers } from './messages.js'

/** How a bus is opened. The first thread's options hold for all; different ones later: `ERR_BUS_OPTIONS_DIFFER`. */
export interface OpenOptions {
  /** The largest encoded payload, in bytes: an integer from 1 to 2³¹−1; default 1,048,576 (1 MiB). */
  maxMessageSize?: number | undefined
  /** How long a request waits for its reply, in milliseconds: an integer from 1 to 2³¹−1; default 30,000. */
  requestTimeout?: number | undefined
  /** For how many topics each thread remembers the receivers: an integer from 1 to 16,777,216; default 4,096. */
  planCacheSize?: number | undefined
}

/** How messages are received: of `subscribe()` and `handle()`. */
export interface ReceiveOptions {
  /** A label for reports; it need not be unique. */
  name?: string | undefined
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

/** How a notification is sent. */
export interface SendOptions extends PublishOptions {
  /** How long it may wait for room in the mailbox, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
}

/** How a request is made. */
export interface RequestOptions extends PublishOptions {
  /** How long to wait for the reply, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
}

/** How a bus is closed. */
export interface CloseOptions {
  /** How long handlers and mailboxes may take to finish, in milliseconds: an integer from 0 to 2³¹−1; default 5,000. */
  timeout?: number | undefined
}
