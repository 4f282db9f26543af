/**
 * What became of one suite.
 *
 * @typedef {object} Tally
 * @property {string} suite
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} problems one line each: the tests that failed and what else went wrong
 */

/**
 * A suite that has to count as failed although it named no failing test: it did not start, did not compile, crashed,
 * ran out of time, or ran nothing.
 *
 * @param {Tally} tally
 * @param {import('../process/run.js').Outcome} outcome
 * @param {string} tool what ran the suite
 * @returns {Tally}
 */
export function judge(tally, outcome, tool) {
  if (!outcome.ok && tally.failed === 0) {
    return { ...tally, failed: 1, problems: [...tally.problems, `${tool} ${outcome.ending}`] }
  }
  if (tally.passed + tally.failed === 0) {
    return { ...tally, failed: 1, problems: [...tally.problems, 'no test ran'] }
  }
  return tally
}
