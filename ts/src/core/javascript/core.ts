/**
 * The core in JavaScript: the same routing and time-keeping as the native one, for one thread. It is what a platform gets
 * for which there is no binary, and what the native core is measured and tested against.
 */
import { optionsDiffer } from '../../errors.js'
import type { Bounds, Core, CoreAttachment } from '../core.js'
import { JavaScriptAttachment } from './attachment.js'
import { Bus } from './bus.js'

/** The buses of this thread by name. */
const buses = new Map<string, Bus>()

/** The JavaScript core of this thread; other threads see nothing of what is attached to it. */
export function javaScriptCore(): Core {
  return { name: 'javascript', attach }
}

/** The cache of plans that all threads share is not needed where there is one: each thread has one of its own already. */
function attach(
  name: string,
  options: string,
  bounds: Bounds,
  asked: boolean,
  virtualTime: boolean,
  wake: () => void,
): CoreAttachment {
  const bus = buses.get(name) ?? new Bus(name, options, bounds, virtualTime)
  if (asked && bus.options !== options) throw optionsDiffer(name, bus.options, options)
  buses.set(name, bus)
  return new JavaScriptAttachment(bus, wake, () => {
    if (bus.members.size > 0) return
    buses.delete(name)
    bus.close()
  })
}
