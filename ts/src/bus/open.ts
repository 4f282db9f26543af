/** The buses of this thread by name. */
import type { CoreName, OpenOptions } from '../contract/options.js'
import { chooseCore } from '../core/choose.js'
import { invalidOption, optionsDiffer } from '../errors.js'
import { busSettings, canonical, namesAny, threadSettings } from '../options/open.js'
import type { ThreadBus } from './bus.js'

interface Opened {
  readonly bus: ThreadBus
  readonly core: CoreName
}

const buses = new Map<string, Opened>()

/** Called with each bus that is opened in this thread. */
const listeners = new Set<(bus: ThreadBus) => void>()

/** The buses that are open in this thread. */
export function openBuses(): readonly ThreadBus[] {
  return [...buses.values()].map(({ bus }) => bus)
}

/** Calls `listener` with each bus that is opened in this thread from now on. */
export function whenOpened(listener: (bus: ThreadBus) => void): void {
  listeners.add(listener)
}

/** Opens a bus as an object of `Kind`; see `open()` of the threads, which says what users are promised. */
export function openAs(
  Kind: typeof ThreadBus,
  name: string,
  options: OpenOptions<unknown> | undefined,
): ThreadBus {
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
    const bus = new Kind(core, name, { settings, namesAny: asked }, thread, () => buses.delete(name))
    opened = { bus, core: core.name }
    buses.set(name, opened)
    for (const listener of listeners) listener(bus)
  } else if (asked && canonical(opened.bus.settings) !== canonical(settings)) {
    throw optionsDiffer(name, canonical(opened.bus.settings), canonical(settings))
  } else if (requested !== undefined && requested !== opened.core) {
    throw optionsDiffer(name, JSON.stringify({ core: opened.core }), JSON.stringify({ core: requested }))
  }
  opened.bus.addCodecs(thread.codecs)
  return opened.bus
}
