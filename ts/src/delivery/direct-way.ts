/** The direct way to a handler. */
import type { Endpoint } from './endpoint.js'
import type { BlindHandler } from './front.js'

/**
 * What an event looks at on its way to the handler of its only receiver, as long as nothing is in the way.
 *
 * It is no part of the endpoint, because that is some twenty objects, which among thousands of topics lie a page of memory
 * apart, and the first look into such a page is waited for longer than most handlers take. Ways are made when they are
 * needed first, with little else beside them, so those in use lie close together; who keeps one by topic looks nowhere else.
 */
export class DirectWay {
  /** How many messages may go to the handler without a look at anything else. */
  credit = 0
  /** How many of them have gone there whose handler has not returned: one or none. */
  calls = 0
  /** The handler, where it sees nothing but the payload. */
  readonly handler: BlindHandler | undefined
  readonly endpoint: Endpoint

  constructor(handler: BlindHandler | undefined, endpoint: Endpoint) {
    this.handler = handler
    this.endpoint = endpoint
  }
}
