/** Reads the output of `cargo test`. */

import { plain } from '../terminal/colors.js'

/** In full, because a test may print something like it. */
const RESULT =
  /^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured; \d+ filtered out; finished in [\d.]+s$/

/** Counts what the test binaries of a `cargo test` report, line by line. */
export class LibtestCounter {
  passed = 0
  failed = 0
  skipped = 0
  /** @type {string[]} */
  problems = []
  #started = 0
  #finished = 0

  /**
   * @param {string} line
   * @param {'stdout' | 'stderr'} from cargo speaks on standard error, the test binaries on standard output
   */
  take(line, from) {
    const text = plain(line)
    if (from === 'stderr') {
      if (/^\s+(?:Running .+ \(.+\)|Doc-tests \S+)$/.test(text)) this.#started += 1
      return
    }
    const result = RESULT.exec(text)
    if (result !== null) {
      this.#finished += 1
      this.passed += Number(result[1])
      this.failed += Number(result[2])
      this.skipped += Number(result[3])
      return
    }
    const failure = /^test (.+) \.\.\. FAILED$/.exec(text)
    if (failure !== null) this.problems.push(String(failure[1]))
  }

  /** A binary that started and reported no result crashed: that is a failure without a number. */
  end() {
    const crashed = this.#started - this.#finished
    if (crashed <= 0) return
    this.failed += crashed
    this.problems.push(`${crashed} test ${crashed === 1 ? 'binary' : 'binaries'} crashed`)
  }
}
