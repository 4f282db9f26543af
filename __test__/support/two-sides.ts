/**
 * A bus with two attachments in one thread: one that asks, and one that answers as another thread would. Frames go between
 * them as between threads, and either can die as a thread does, but nothing has to be started.
 */
import type { ThreadBus as Side } from '../../ts/src/bus/bus.js'
import type { OpenOptions } from '../../ts/src/contract/options.js'
import type { Core, CoreAttachment } from '../../ts/src/core/core.js'
import { cores } from './core/cores.js'
import { busSettings, ThreadBus, threadSettings } from './inside.js'

/** The two sides. */
export interface TwoSides {
  readonly here: Side
  readonly there: Side
  /** The environment of the other side ends, without a word to its bus. */
  kill(): void
}

/** A bus of that name on the native core. */
export function twoSides(name: string, options?: OpenOptions): TwoSides {
  const attachments: CoreAttachment[] = []
  const core: Core = {
    name: 'native',
    attach(...given) {
      const attachment = cores.native.attach(...given)
      attachments.push(attachment)
      return attachment
    },
  }
  const asked = { settings: busSettings(options), namesAny: false }
  const side = (): Side => new ThreadBus(core, name, asked, threadSettings(options), () => {})
  const [here, there] = [side(), side()]
  return { here, there, kill: () => attachments[1]?.detach() }
}
