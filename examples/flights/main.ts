/**
 * 20,000 real flights through one bus over several threads: what `npm start` runs.
 *
 * Read `contract.ts` first, then `worker.ts` and `replay.ts`: everything about the bus is in these three. The order in
 * which things happen is in `run.ts`.
 */
import { HELP, parseCommand, type RunOptions } from './arguments.js'
import { readAirports } from './data.js'
import { Progress } from './report/progress.js'
import { report } from './report/report.js'
import { columnsOf, paintsOf } from './report/terminal.js'
import type { RunResult } from './result.js'
import { run } from './run.js'

const { stdout, stderr, env } = process

const command = parseCommand(process.argv.slice(2))
if (command.kind === 'help') {
  stdout.write(HELP)
} else if (command.kind === 'refused') {
  stderr.write(`${command.message}\nTry --help.\n`)
  process.exitCode = 2
} else {
  // Not exit(): that could cut off output that is still on its way into a pipe.
  process.exitCode = await start(command.options)
}

/** Runs, prints, and returns the exit code. */
async function start(options: RunOptions): Promise<number> {
  const interrupt = new AbortController()
  // Only once: whoever presses Ctrl-C again wants the process to end, not a report.
  process.once('SIGINT', () => interrupt.abort())
  const progress = options.json ? undefined : new Progress(stderr, env, options.flights)
  let result: RunResult
  try {
    result = await run(options, interrupt.signal, (published) => progress?.update(published))
  } catch (error) {
    stderr.write(`the run broke off: ${error instanceof Error ? error.stack : String(error)}\n`)
    return 1
  } finally {
    progress?.end()
  }
  if (options.json) {
    stdout.write(`${JSON.stringify(result)}\n`)
  } else {
    const lines = report(result, readAirports(), columnsOf(stdout, env), paintsOf(stdout, env))
    stdout.write(`${lines.join('\n')}\n`)
  }
  if (interrupt.signal.aborted) return 130
  return options.fault === undefined && !isRight(result) ? 1 : 0
}

/** Whether every flight was counted once and every request was answered. */
function isRight({ equalsPlainLoop, requests, notifications }: RunResult): boolean {
  const { sent, answered, wrong } = requests
  return equalsPlainLoop && answered === sent && wrong === 0 && notifications.accepted === notifications.sent
}
