/**
 * What has to happen before this process ends by a signal: its children end, its lock is released.
 *
 * The handlers are installed only while something is registered, so that a program that is run in this process
 * afterwards meets the default behaviour.
 */

import { constants } from 'node:os'

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** @type {Set<(signal: NodeJS.Signals) => void>} */
const clean = new Set()

/** @param {NodeJS.Signals} signal */
function interrupted(signal) {
  for (const action of clean) action(signal)
  process.exit(128 + (constants.signals[signal] ?? 0))
}

/**
 * Calls `action` when a signal ends this process.
 *
 * @param {(signal: NodeJS.Signals) => void} action must be synchronous
 * @returns {() => void} takes `action` back
 */
export function onInterrupt(action) {
  if (clean.size === 0) for (const signal of SIGNALS) process.on(signal, interrupted)
  clean.add(action)
  return () => {
    clean.delete(action)
    if (clean.size === 0) for (const signal of SIGNALS) process.off(signal, interrupted)
  }
}
