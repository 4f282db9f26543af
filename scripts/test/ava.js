/**
 * Reads AVA's report.
 *
 * Its TAP output would be easier to read by a program, but it breaks on the very cases that matter here: a pending
 * test at a time-out ends AVA 7 itself, without the name of the test. And the report shows differences better.
 */

import { plain } from '../terminal/colors.js'

/** Everything before this line is said while tests run; after it AVA repeats the failures with their details. */
const SEPARATOR = /^ {2}─$/
/** The second form of each figure is for terminals without Unicode. */
const PASS = /^ {2}[✔√] /
const FAIL = /^ {2}[✘×] (?:\[(?:fail|unexpected pass)\]: )?(.*)$/
const SKIP = /^ {2}- \[(?:skip|todo)\] /
const PENDING = /^ {2}(?:◌|\( \)) (.*)$/
const STUCK = /^ {2}(Failed to exit when running .+)$/
const UNCAUGHT = /^ {2}((?:Uncaught exception|Unhandled rejection) in .+)$/
/** The ways in which AVA says that a file broke off; several may follow one another for one file. */
const BROKEN = /(?:Uncaught exception in|Unhandled rejection in|when running|^)\s*(\S+\.js)(?: exited .*)?$/
const REMAINING = /^(\d+) tests? remaining in /

/** Counts the tests of an AVA report, line by line. */
export class AvaCounter {
  passed = 0
  failed = 0
  skipped = 0
  /** @type {string[]} */
  problems = []
  /** @type {Set<string>} */
  #broken = new Set()
  #done = false
  #timedOut = false

  /** @param {string} line of AVA's standard output, where it writes its report and nothing else */
  take(line) {
    const text = plain(line)
    if (SEPARATOR.test(text)) this.#done = true
    if (this.#done) return
    if (PASS.test(text)) this.passed += 1
    else if (SKIP.test(text)) this.skipped += 1
    else this.#failure(text)
  }

  /** @param {string} text */
  #failure(text) {
    const uncaught = UNCAUGHT.exec(text)
    if (uncaught !== null) return this.#fail(String(uncaught[1]))
    const pending = this.#timedOut ? PENDING.exec(text) : null
    if (pending !== null) return this.#fail(`${pending[1]} (no end within the time-out)`)
    const stuck = this.#timedOut ? STUCK.exec(text) : null
    if (stuck !== null) return this.#fail(String(stuck[1]))
    const failure = FAIL.exec(text)?.[1]
    if (failure === undefined) return
    if (failure === 'Timed out while running tests') {
      // The tests that were pending follow by name.
      this.#timedOut = true
      return
    }
    this.#fail(failure, Number(REMAINING.exec(failure)?.[1] ?? 1))
  }

  /** @param {string} problem @param {number} [count] */
  #fail(problem, count = 1) {
    const file = BROKEN.exec(problem)?.[1]
    // An exception that nobody caught also makes the file exit with a code: that is one failure.
    if (file !== undefined && this.#broken.has(file) && problem.includes(' exited ')) return
    if (file !== undefined) this.#broken.add(file)
    this.failed += count
    this.problems.push(problem)
  }
}
