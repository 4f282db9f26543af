/** Runs a command and keeps what it says. */

import { spawn } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import { root } from '../project.js'
import { onInterrupt } from './interrupt.js'

/**
 * @typedef {object} Outcome
 * @property {boolean} ok it started and ended with code 0
 * @property {boolean} missing there is no such command
 * @property {string} ending how it ended, in words
 * @property {string} output all it wrote, to standard output and standard error
 * @property {string} stdout what it wrote to standard output
 */

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] variables besides those of this process
 * @property {boolean} [shell] for a command that is a script on Windows
 * @property {(line: string, from: 'stdout' | 'stderr') => void} [onLine] called with each line as it is complete
 */

/**
 * Runs `command` in the root of the clone. Never rejects: a command that cannot be started is an outcome too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: options.shell ?? false,
      windowsHide: true,
    })
    const forget = onInterrupt((signal) => child.kill(signal))
    let output = ''
    let stdout = ''
    /** @param {string} text */
    const keep = (text) => {
      output += text
    }
    /** @param {string} text */
    const keepOut = (text) => {
      output += text
      stdout += text
    }
    const rest = [
      lines(child.stdout, keepOut, (line) => options.onLine?.(line, 'stdout')),
      lines(child.stderr, keep, (line) => options.onLine?.(line, 'stderr')),
    ]

    child.on('error', (error) => {
      forget()
      const missing = 'code' in error && error.code === 'ENOENT'
      const ending = missing ? 'is not installed or not in PATH' : `could not be started: ${error.message}`
      resolve({ ok: false, missing, ending, output, stdout })
    })
    child.on('close', (code, signal) => {
      forget()
      for (const flush of rest) flush()
      const ending = signal ? `was ended by ${signal}` : `ended with code ${code}`
      resolve({ ok: code === 0, missing: false, ending, output, stdout })
    })
  })
}

/**
 * Cuts a stream into lines.
 *
 * @param {NodeJS.ReadableStream} stream
 * @param {(text: string) => void} onText
 * @param {(line: string) => void} onLine
 * @returns {() => void} hands over the last line, which may lack its end
 */
function lines(stream, onText, onLine) {
  // A character may be cut in two by the border of a chunk.
  const decoder = new StringDecoder('utf8')
  let partial = ''
  /** @param {string} text */
  const take = (text) => {
    onText(text)
    const complete = (partial + text).split('\n')
    partial = complete.pop() ?? ''
    for (const line of complete) onLine(line.replace(/\r$/, ''))
  }
  stream.on('data', (/** @type {Buffer} */ chunk) => take(decoder.write(chunk)))
  return () => {
    take(decoder.end())
    if (partial !== '') onLine(partial)
    partial = ''
  }
}
