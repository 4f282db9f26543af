/** The flights example as a user runs it: a process with arguments, an output and an exit code. Its parts below. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { parseCommand } from '../../examples/flights/arguments.js'
import { parseCsv } from '../../examples/flights/csv.js'
import { readAirports, readFlights } from '../../examples/flights/data.js'
import { SILENT_AIRPORT, THROW_EVERY } from '../../examples/flights/faults.js'
import { InFlight } from '../../examples/flights/in-flight.js'
import { Latencies } from '../../examples/flights/latency.js'
import { countPlainly } from '../../examples/flights/plain.js'
import { bars } from '../../examples/flights/report/bars.js'
import { Progress } from '../../examples/flights/report/progress.js'
import { columnsOf, paintsOf } from '../../examples/flights/report/terminal.js'
import type { RunResult } from '../../examples/flights/result.js'
import { shareOrigins } from '../../examples/flights/share.js'

const program = fileURLToPath(new URL('../../examples/flights/main.js', import.meta.url))
const flights = readFlights()

interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program; `onStderr` sees what it says as it says it, and may end it. */
function start(
  args: readonly string[],
  env: Record<string, string> = {},
  onStderr: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Finished> {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'], ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    onStderr(stderr, (signal) => child.kill(signal))
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

async function startJson(...args: readonly string[]): Promise<RunResult & { code: number | null }> {
  // A loaded machine must not make a request end that nothing was to hinder.
  const { code, stdout, stderr } = await start(['--json', '--timeout', '60000', ...args])
  if (stdout === '') throw new Error(`no result, but exit code ${code} and: ${stderr}`)
  return { ...(JSON.parse(stdout) as RunResult), code }
}

/** How many messages ended with an error, whichever. */
function sum(failed: Readonly<Record<string, number>>): number {
  return Object.values(failed).reduce((total, count) => total + count, 0)
}

/** How many flights of the run are worth a notification. */
function alertsOf(count: number): number {
  let alerts = 0
  for (let n = 0; n < count; n++) if ((flights[n % flights.length]?.delay ?? 0) > 120) alerts++
  return alerts
}

test.serial(
  'flights: the statistics of two workers equal those of a plain loop, record for record',
  async (t) => {
    const result = await startJson()

    t.is(result.code, 0)
    t.deepEqual(result.airports, countPlainly(flights, 20_000))
    t.is(Object.keys(result.airports).length, 220)
    t.like(result, { published: 20_000, counted: 20_000, unrouted: 0, lost: 0, equalsPlainLoop: true })
    t.like(result.requests, { sent: 20_000, answered: 20_000, wrong: 0, failed: {} })
    t.deepEqual(result.notifications, { sent: 290, accepted: 290, failed: {} })
    t.true(result.requests.latencyMs.p50 > 0)
    t.true(result.requests.latencyMs.p50 <= result.requests.latencyMs.p99)
  },
)

test.serial('flights: two workers share the flights, the requests and the notifications', async (t) => {
  const { workers, close } = await startJson()

  const counted = workers.map((worker) => worker.counted)
  t.is(workers.length, 2)
  for (const one of counted) t.true((one?.flights ?? 0) > 9_000 && (one?.lookups ?? 0) > 9_000)
  for (const one of counted) t.true((one?.alerts ?? 0) > 100)
  t.is((counted[0]?.lookups ?? 0) + (counted[1]?.lookups ?? 0), 20_000)
  t.is((counted[0]?.alerts ?? 0) + (counted[1]?.alerts ?? 0), 290)
  for (const report of [close, ...workers.map((worker) => worker.close)]) {
    t.like(report, { abandoned: [], requestsFailed: 0 })
  }
})

test.serial('flights: the data are taken again from the first when more flights are asked for', async (t) => {
  const result = await startJson('--flights', '50000', '--workers', '3')

  t.is(result.code, 0)
  t.deepEqual(result.airports, countPlainly(flights, 50_000))
  t.like(result, { published: 50_000, counted: 50_000, unrouted: 0, lost: 0 })
  t.like(result.requests, { sent: 50_000, answered: 50_000, failed: {} })
  t.deepEqual(result.notifications, { sent: alertsOf(50_000), accepted: alertsOf(50_000), failed: {} })
})

test.serial('flights: a handler that throws fails its own requests and nothing else', async (t) => {
  const result = await startJson('--fault', 'throw')

  const thrown = Math.floor((result.workers[1]?.counted?.lookups ?? 0) / THROW_EVERY)
  t.is(result.code, 0)
  t.true(thrown > 90)
  t.deepEqual(result.requests.failed, { ERR_BUS_HANDLER_FAILED: thrown })
  t.is(result.requests.answered, 20_000 - thrown)
  t.is(result.workers[0]?.counted?.failures, 0)
  t.is(result.workers[1]?.counted?.failures, thrown)
  t.deepEqual(result.airports, countPlainly(flights, 20_000))
})

test.serial('flights: a worker that is terminated takes nothing with it but its own share', async (t) => {
  const result = await startJson('--fault', 'terminate')

  const { requests, notifications, workers } = result
  const [share = []] = shareOrigins(flights, 2)
  const plain = Object.entries(countPlainly(flights, 20_000))
  t.is(result.code, 0)
  t.deepEqual(result.airports, Object.fromEntries(plain.filter(([origin]) => share.includes(origin))))
  t.is(result.counted + result.unrouted + result.lost, 20_000)
  t.true(result.unrouted > 0)
  t.is(requests.answered + sum(requests.failed), 20_000)
  t.deepEqual(Object.keys(requests.failed), ['ERR_BUS_HANDLER_GONE'])
  t.is(notifications.accepted + sum(notifications.failed), 290)
  t.truthy(workers[0]?.close)
  t.deepEqual(workers[1], { worker: 2 })
})

test.serial('flights: without the only worker, every message ends with an error at once', async (t) => {
  const result = await startJson('--fault', 'terminate', '--workers', '1')

  const { requests, notifications } = result
  t.is(result.code, 0)
  t.is(result.counted, 0)
  t.is(result.unrouted + result.lost, 20_000)
  t.is(requests.answered + sum(requests.failed), 20_000)
  t.true((requests.failed['ERR_BUS_NO_HANDLER'] ?? 0) > 0)
  t.is(notifications.accepted + sum(notifications.failed), 290)
  t.true(result.elapsedMs < 30_000)
})

test.serial(
  'flights: a handler that never answers costs its requests their time-out, and is named at the end',
  async (t) => {
    const result = await startJson('--fault', 'silent', '--timeout', '400')

    const { requests, workers } = result
    const asked = flights.filter(({ destination }) => destination === SILENT_AIRPORT).length
    const running = workers[1]?.close?.abandoned[0]?.running ?? 0
    t.is(result.code, 0)
    t.true(running > 0 && running < asked)
    t.like(workers[1]?.close?.abandoned, [{ pattern: 'airports.*.lookup', queued: 0 }])
    t.is(requests.answered + sum(requests.failed), 20_000)
    // Others may time out as well where the machine is busy, but nothing else may happen to them.
    t.deepEqual(Object.keys(requests.failed), ['ERR_BUS_TIMEOUT'])
    t.true((requests.failed['ERR_BUS_TIMEOUT'] ?? 0) >= running)
    t.deepEqual(result.airports, countPlainly(flights, 20_000))
  },
)

test.serial('flights: an interrupt ends the run with the report of what was done', async (t) => {
  let interrupted = false
  const { code, stdout } = await start(['--flights', '2000000'], {}, (_, kill) => {
    // The first quarter is done. A second interrupt would end the process without a report.
    if (!interrupted) kill('SIGINT')
    interrupted = true
  })

  const published = Number(/^([\d,]+) flights through/.exec(stdout)?.[1]?.replaceAll(',', ''))
  t.is(code, 130)
  t.true(published >= 500_000 && published < 2_000_000)
  t.regex(stdout, /✔ the statistics equal/)
})

test.serial('flights: the report is plain text without a terminal, and keeps to the width', async (t) => {
  for (const columns of [80, 120]) {
    const { code, stdout, stderr } = await start([], { COLUMNS: String(columns) })
    const widths = stdout.split('\n').map((line) => [...line].length)

    t.is(code, 0)
    t.is(Math.max(...widths), columns - 1)
    t.false(`${stdout}${stderr}`.includes('\u001b'))
    t.deepEqual(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 5)),
      [' 25 %', ' 50 %', ' 75 %', '100 %'],
    )
    t.regex(stdout, /^JFK New York +█+ 16\.2 min +200 flights$/m)
    t.regex(stdout, /^main +0 +0 +0 /m)
  }
})

test.serial('flights: --help prints what there is, in 80 columns', async (t) => {
  const { code, stdout } = await start(['--help'])

  t.is(code, 0)
  for (const name of ['flights', 'workers', 'in-flight', 'timeout', 'fault', 'json']) {
    t.true(stdout.includes(`--${name}`), name)
  }
  t.true(stdout.split('\n').every((line) => line.length <= 80))
})

test.serial('flights: a wrong argument is explained and ends with exit code 2', async (t) => {
  const { code, stdout, stderr } = await start(['--workers', '0'])

  t.is(code, 2)
  t.is(stdout, '')
  t.is(stderr, "--workers must be an integer from 1 to 64, got '0'\nTry --help.\n")
})

test('flights: every wrong argument has its message', (t) => {
  const cases: [string[], string][] = [
    [['--flights', '1.5'], "--flights must be an integer from 1 to 9,007,199,254,740,991, got '1.5'"],
    [['--flights', '1e3'], "--flights must be an integer from 1 to 9,007,199,254,740,991, got '1e3'"],
    [['--in-flight', ''], "--in-flight must be an integer from 1 to 1,000, got ''"],
    [['--timeout', '2147483648'], "--timeout must be an integer from 1 to 2,147,483,647, got '2147483648'"],
    [['--fault', 'fire'], "--fault must be throw, terminate, silent, got 'fire'"],
    [['--speed', '9'], "Unknown option '--speed'"],
    [['--json=yes'], "Option '--json' does not take an argument"],
    [['--flights'], "Option '--flights <value>' argument missing"],
    [['--flights', '-5'], "Option '--flights' argument is ambiguous."],
    [['fast'], "Unexpected argument 'fast'"],
  ]
  for (const [args, message] of cases) t.deepEqual(parseCommand(args), { kind: 'refused', message })
})

test('flights: fields in quotes may hold commas, quotes and line ends', (t) => {
  const text = 'iata,name\r\nDBN,"W. H. ""Bud"" Barron"\nN25,"Westport,\nNY"\nX,\n'

  t.deepEqual(parseCsv(text), [
    { iata: 'DBN', name: 'W. H. "Bud" Barron' },
    { iata: 'N25', name: 'Westport,\nNY' },
    { iata: 'X', name: '' },
  ])
  t.throws(() => parseCsv('a,b\n1\n'), { message: 'row 2 has 1 fields, expected 2' })
  t.throws(() => parseCsv('a,b\n1,"2\n'), { message: /quote is out of place in row 2/ })
  t.deepEqual(readAirports().get('RVS'), { name: 'Richard Lloyd Jones, Jr.', city: 'Tulsa', state: 'OK' })
})

test('flights: a percentile is at most 1.6 % above the exact one', (t) => {
  const latencies = new Latencies()
  // Spread evenly over the orders of magnitude, from a microsecond to half an hour.
  const values = Array.from(
    { length: 20_000 },
    (_, n) => 10 ** (-3 + (9.25 * ((n * 7_919) % 20_000)) / 20_000),
  )
  for (const value of values) latencies.record(value)
  values.sort((a, b) => a - b)

  for (const share of [0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
    const exactMs = values[Math.ceil(share * values.length) - 1] ?? 0
    const ratio = latencies.percentileMs(share) / (Math.round(exactMs * 1000) / 1000)
    t.true(ratio > 0.9999 && ratio <= 1.016, `${share}: ${ratio}`)
  }
  t.is(latencies.maxMs, values.at(-1) ?? 0)
  t.is(new Latencies().percentileMs(0.5), 0)
})

test('flights: a sender goes on when half of the places are free', async (t) => {
  const inFlight = new InFlight(4)
  for (let n = 0; n < 4; n++) inFlight.enter()
  let goesOn = false
  const room = inFlight.room().then(() => {
    goesOn = true
  })

  t.true(inFlight.isFull)
  inFlight.leave()
  await Promise.resolve()
  t.false(goesOn)
  inFlight.leave()
  await room
  t.false(inFlight.isFull)
})

test('flights: each origin has one worker, and their shares are about equal', (t) => {
  const shares = shareOrigins(flights, 7)
  const sizes = shares.map((origins) => flights.filter(({ origin }) => origins.includes(origin)).length)

  t.deepEqual(shares.flat().sort(), [...new Set(flights.map(({ origin }) => origin))].sort())
  t.true(Math.max(...sizes) - Math.min(...sizes) <= 1)
})

test('flights: bars are in proportion and never too wide', (t) => {
  const paints = paintsOf({ write: () => true }, {})
  const chart = [
    { label: 'a long label that has to be cut', value: 10, text: '10' },
    { label: 'b', value: 5, text: '5' },
    { label: 'c', value: -1, text: '-1' },
  ]

  for (const columns of [20, 40, 80]) {
    for (const line of bars(chart, columns, paints)) t.is([...line].length, columns)
  }
  const [full = '', half = '', none = ''] = bars(chart, 80, paints)
  const [longest = 0, shorter = 0] = [full, half].map((line) => line.match(/█/g)?.length)
  t.is(Math.floor(longest / 2), shorter)
  t.notRegex(none, /[█▏]/)
})

test('flights: on a terminal, progress is one line that never wraps, in colours unless they are off', (t) => {
  for (const [columns, env] of [
    [80, {}],
    [120, {}],
    [24, {}],
    [80, { NO_COLOR: '1' }],
  ] as const) {
    let written = ''
    const screen = { isTTY: true, columns, write: (text: string) => (written += text) }
    const progress = new Progress(screen, env, 1_000)
    for (let n = 1; n <= 1_000; n++) progress.update(n)
    progress.end()

    const drawn = written.split('\r\u001b[2K')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence starts with a control character.
    const lines = drawn.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''))
    t.true(drawn.length > 2)
    t.true(lines.every((line) => [...line].length < columns))
    t.false(written.includes('\n'))
    t.is(
      drawn.some((line) => line.includes('\u001b[32m')),
      columns > 24 && !('NO_COLOR' in env),
    )
  }
})

test('flights: COLUMNS goes before the width of the terminal, and both before 80', (t) => {
  const screen = { isTTY: true, columns: 100, write: () => true }

  t.is(columnsOf(screen, { COLUMNS: '60' }), 60)
  t.is(columnsOf(screen, { COLUMNS: 'wide' }), 100)
  t.is(columnsOf({ ...screen, columns: 500 }, {}), 120)
  t.is(columnsOf({ write: () => true }, {}), 80)
})
