/** Everything that publishes through globs. */
import { busbar, busbarJavaScript } from './busbar.js'
import type { Engine } from './engine.js'
import { eventemitter2Emitter } from './eventemitter2.js'
import { floor } from './floor.js'
import { mqemitterBus } from './mqemitter.js'
import { picomatchLoop } from './picomatch.js'
import { qlobber } from './qlobber.js'

/** The libraries with a trie. */
export const libraries: readonly Engine[] = [qlobber, eventemitter2Emitter, mqemitterBus]

/** A loop over more patterns than this takes milliseconds for each message, and says nothing new. */
const MOST_FOR_A_LOOP = 1_000

/** All of them, with the hand-written ones that suit the workload. */
export function matchers(patterns: number, handWritten: readonly Engine[]): Engine[] {
  const linear = patterns <= MOST_FOR_A_LOOP ? [picomatchLoop] : []
  return [busbar, busbarJavaScript, ...handWritten, ...libraries, ...linear, floor]
}
