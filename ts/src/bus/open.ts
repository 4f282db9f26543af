/** The buses of this thread by name. */
import type { Contract, Topics } from '../contract/contract.js'
import type { CoreName, OpenOptions } from '../contract/options.js'
import type { Bus } from '../contract/ports.js'
import { chooseCore } from '../core/choose.js'
import { invalidOption, optionsDiffer } from '../errors.js'
import { busSettings, canonical, namesAny, threadSettings } from '../options/open.js'
import { ThreadBus } from './bus.js'

interface Opened {
  readonly bus: ThreadBus
  readonly core: CoreName
}

const buses = new Map<string, Opened>()

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
  // A lone surrogate has no UTF-8: on the way to the core it would become another name.
  if (typeof name !== 'string' || name === '' || !name.isWellFormed()) {
    throw invalidOption('the name of a bus', 'a well-formed string that is not empty', name)
  }
  const settings = busSettings(options)
  const asked = namesAny(options)
  const thread = threadSettings(options)
  const requested = thread.core
  let opened = buses.get(name)
  if (opened === undefined) {
    const core = chooseCore(requested)
    const bus = new ThreadBus(core, name, { settings, namesAny: asked }, thread, () => buses.delete(name))
    opened = { bus, core: core.name }
    buses.set(name, opened)
  } else if (asked && canonical(opened.bus.settings) !== canonical(settings)) {
    throw optionsDiffer(name, canonical(opened.bus.settings), canonical(settings))
  } else if (requested !== undefined && requested !== opened.core) {
    throw optionsDiffer(name, JSON.stringify({ core: opened.core }), JSON.stringify({ core: requested }))
  }
  // The contract exists for the compiler alone: every one of its types is erased to what ThreadBus takes.
  return opened.bus as unknown as Bus<C>
}
