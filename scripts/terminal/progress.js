/**
 * One line per step with the time it took. On a terminal the line of the running step is redrawn in place and shows
 * what the step is at; elsewhere lines are only appended, with a sign of life during a long step.
 */

import { paints, plain } from './colors.js'

/** How often the line of the running step is redrawn on a terminal. */
const REDRAW_MS = 100
/** How often a long step says that it is alive where lines cannot be redrawn. */
const SIGN_OF_LIFE_MS = 10_000

/** @typedef {(doing: string) => void} Report says what the step is at */

/**
 * Runs `action` as one step.
 *
 * @template T
 * @param {string} title
 * @param {(report: Report) => Promise<{ note: string, value: T }>} action resolves to its result and a word on it
 * @param {NodeJS.WriteStream} [stream] standard error by default, so that the output of a command stays clean
 * @returns {Promise<T>}
 */
export async function step(title, action, stream = process.stderr) {
  const { green, red, dim } = paints(stream)
  const live = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  const start = performance.now()
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`
  const name = title.padEnd(16)
  let doing = ''

  const redraw = () => {
    const line = `… ${name} ${seconds().padStart(7)}  ${doing}`.slice(0, (stream.columns || 80) - 1)
    stream.write(`\r\u001b[2K${line}`)
  }
  const signOfLife = () => stream.write(`… ${name} ${seconds().padStart(7)}  ${doing}\n`)
  const timer = setInterval(live ? redraw : signOfLife, live ? REDRAW_MS : SIGN_OF_LIFE_MS)
  timer.unref()

  /** @param {string} line */
  const finish = (line) => {
    clearInterval(timer)
    stream.write(`${live ? '\r\u001b[2K' : ''}${line}\n`)
  }
  try {
    const { note, value } = await action((text) => {
      doing = plain(text).trim()
    })
    finish(`${green('✔')} ${name} ${dim(seconds().padStart(7))}  ${note}`)
    return value
  } catch (error) {
    finish(`${red('✖')} ${name} ${dim(seconds().padStart(7))}  failed`)
    throw error
  }
}
