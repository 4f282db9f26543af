/** An expected failure: it is shown as its message and the output of the command that failed, without a stack. */
export class Failure extends Error {
  /**
   * @param {string} message what went wrong and what to do
   * @param {string} [output] the full output of the command
   */
  constructor(message, output) {
    super(message)
    this.name = 'Failure'
    this.output = output
  }
}

/**
 * The text in which `error` is shown to a person.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function describe(error) {
  if (error instanceof Failure) {
    const output = error.output?.trim()
    return output ? `${output}\n\n${error.message}` : error.message
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
