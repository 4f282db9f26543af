/** Opens buses for users: with the workers, which the room of the bus does not know. */
import { openAs } from '../bus/open.js'
import type { Contract, Topics } from '../contract/contract.js'
import type { OpenOptions } from '../contract/options.js'
import type { Bus } from '../contract/ports.js'
import { WorkersBus } from './bus.js'

/**
 * Connects this thread to the bus of a name. The same name in another thread of the process is the same bus, and the
 * same name in this thread the same object, until it is closed.
 *
 * @typeParam C - the contract of the bus; without one everything is allowed
 * @param name - any text that is not empty; default `'default'`
 * @param options - the first thread to open the bus decides them; a later one may leave them out
 * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_OPTIONS_DIFFER` when the bus is open with other options;
 * `ERR_BUS_NATIVE_UNAVAILABLE` when the native core cannot be loaded, and was asked for or this thread is a worker
 * @example
 * const bus = open<Shop>('shop', { requestTimeout: 2_000 })
 */
export function open<C extends Contract<C> = Topics>(name = 'default', options?: OpenOptions<C>): Bus<C> {
  // The contract exists for the compiler alone: every one of its types is erased to what the class takes.
  return openAs(WorkersBus, name, options) as unknown as Bus<C>
}
