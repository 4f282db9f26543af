/** The insides of the library as it ships, which users do not see: both cores, and what chooses between them. */
import type { Bounds, Core } from '../../../ts/src/core/core.js'
import { inside } from '../inside.js'

type Native = typeof import('../../../ts/src/core/native/core.js')
type JavaScript = typeof import('../../../ts/src/core/javascript/core.js')

/** Both, by name. */
export const cores: Readonly<Record<'native' | 'javascript', Core>> = {
  native: (await inside<Native>('core/native/core.js')).nativeCore(),
  javascript: (await inside<JavaScript>('core/javascript/core.js')).javaScriptCore(),
}

/** Bounds that no test reaches which is not about them. */
export function bounds(matchCacheTopics: number, inboxBytes = 2 ** 24, heldBytes = 2 ** 28): Bounds {
  return { matchCacheTopics, inboxBytes, heldBytes }
}

/** The layout of frames. */
export const layout: typeof import('../../../ts/src/core/native/layout.js') =
  await inside('core/native/layout.js')

/** The deadlines of the JavaScript core. */
export const { Timers }: typeof import('../../../ts/src/core/javascript/timers.js') =
  await inside('core/javascript/timers.js')

/** The routing table of the JavaScript core. */
export const { Table }: typeof import('../../../ts/src/core/javascript/router/table.js') = await inside(
  'core/javascript/router/table.js',
)

/** What reads patterns in the JavaScript core. */
export const { compile }: typeof import('../../../ts/src/core/javascript/topic/pattern.js') = await inside(
  'core/javascript/topic/pattern.js',
)
