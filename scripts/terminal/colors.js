/** Colours for a terminal that wants them; plain text for pipes, `NO_COLOR` and dumb terminals. */

/**
 * Whether `stream` shows colours.
 *
 * @param {NodeJS.WriteStream} stream
 * @returns {boolean}
 */
export function hasColors(stream) {
  // The convention of no-color.org: any value that is not empty counts.
  return stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

/**
 * The paints for `stream`; each returns its text unchanged where colours are not shown.
 *
 * @param {NodeJS.WriteStream} stream
 */
export function paints(stream) {
  const on = hasColors(stream)
  /** @param {number} open @param {number} close @returns {(text: string) => string} */
  const paint = (open, close) => (text) => (on ? `\u001b[${open}m${text}\u001b[${close}m` : text)
  return {
    green: paint(32, 39),
    red: paint(31, 39),
    yellow: paint(33, 39),
    dim: paint(2, 22),
    bold: paint(1, 22),
  }
}

/**
 * `text` without the escape sequences that set colours and move the cursor.
 *
 * @param {string} text
 * @returns {string}
 */
export function plain(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence starts with a control character.
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
}
