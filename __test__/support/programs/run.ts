/** Runs one of the programs beside this file in a process of its own. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a process ended, and what it said. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Waits until the process has ended by itself. */
export function run(program: string, ...args: string[]): Promise<Outcome> {
  const path = fileURLToPath(new URL(`./${program}.js`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}
