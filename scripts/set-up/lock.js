/**
 * One set-up at a time in one clone: a second one waits for the first and then finds everything up to date.
 *
 * The lock is a file with the id of the process that holds it. A holder that died without releasing it is recognised
 * by its id, and on Linux also by its start time, because ids are used again.
 */

import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onInterrupt } from '../process/interrupt.js'
import { root } from '../project.js'

/** How often a waiting set-up looks again. */
const POLL_MS = 100
/** A file without a complete content is older than this only when its writer died while writing. */
const WRITTEN_WITHIN_MS = 5_000

/** The lock of this clone. */
export const lockFile = join(root, 'build', 'set-up.lock')

/**
 * Runs `action` while holding the lock.
 *
 * @template T
 * @param {() => Promise<T>} action
 * @param {(holder: string) => void} [onWait] called once when another set-up holds the lock
 * @param {string} [file]
 * @returns {Promise<T>}
 */
export async function withLock(action, onWait, file = lockFile) {
  mkdirSync(dirname(file), { recursive: true })
  let waiting = false
  while (!take(file)) {
    const content = contentOf(file)
    if (content === undefined) continue
    if (isStale(content, file)) {
      removeStale(file, content)
      continue
    }
    if (!waiting) onWait?.(holderOf(content))
    waiting = true
    await sleep(POLL_MS)
  }
  const release = () => rmSync(file, { force: true })
  const forget = onInterrupt(release)
  process.once('exit', release)
  try {
    return await action()
  } finally {
    process.off('exit', release)
    forget()
    release()
  }
}

/**
 * Creates the file, unless it exists.
 *
 * @param {string} file
 * @returns {boolean}
 */
function take(file) {
  try {
    const handle = openSync(file, 'wx')
    writeSync(handle, JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) }))
    closeSync(handle)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    // The folder was deleted meanwhile (`rm -rf build`).
    if (codeOf(error) !== 'ENOENT') throw error
    mkdirSync(dirname(file), { recursive: true })
    return false
  }
}

/**
 * Whether nobody holds the lock any more.
 *
 * @param {string} content
 * @param {string} file
 * @returns {boolean}
 */
function isStale(content, file) {
  const holder = parse(content)
  if (holder === undefined) return ageOf(file) > WRITTEN_WITHIN_MS
  // The processes of another machine or container cannot be seen from here.
  if (holder.host !== hostname()) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if (codeOf(error) === 'ESRCH') return true
  }
  return startOf(holder.pid) !== holder.started
}

/**
 * Removes the lock that was found stale. Two waiting set-ups may find that at once, and the slower one must not
 * remove the lock that the faster one has taken since: so removing has a lock of its own, under which the content is
 * compared once more.
 *
 * @param {string} file
 * @param {string} content
 */
function removeStale(file, content) {
  const guard = `${file}.stale`
  if (!take(guard)) {
    // Held for microseconds; one that is old was left behind.
    if (ageOf(guard) > WRITTEN_WITHIN_MS) rmSync(guard, { force: true })
    return
  }
  try {
    if (contentOf(file) === content) rmSync(file, { force: true })
  } finally {
    rmSync(guard, { force: true })
  }
}

/**
 * When the process started, in the kernel's ticks; unknown where there is no /proc.
 *
 * @param {number} pid
 * @returns {string | null}
 */
function startOf(pid) {
  try {
    // The second field is the name in parentheses, and may itself hold spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

/** @param {string} content @returns {{ pid: number, host: string, started: string | null } | undefined} */
function parse(content) {
  try {
    const holder = JSON.parse(content)
    return Number.isInteger(holder?.pid) && holder.pid > 0 ? holder : undefined
  } catch {
    return undefined
  }
}

/** @param {string} content */
function holderOf(content) {
  const holder = parse(content)
  return holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`
}

/** @param {string} file @returns {string | undefined} undefined when the file is gone */
function contentOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** @param {string} file @returns {number} milliseconds; 0 when it is gone */
function ageOf(file) {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
}

/** @param {unknown} error @returns {unknown} */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
