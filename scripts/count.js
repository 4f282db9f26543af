/**
 * Counts the instructions of what the core does for each message, and compares them with those on record.
 *
 *     npm run count                 fails where one operation costs more than it did, by more than the tolerance
 *     npm run count -- --write      takes the present figures on record
 *     npm run count -- hop          only work whose name begins so
 *
 * Counts, and not times: they hardly depend on what else the machine is doing. They do depend on the compiler, so the record
 * says which one it was made with, and is made anew when that changes. It needs valgrind: `apt install valgrind`.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './process/run.js'
import { root } from './project.js'
import { paints } from './terminal/colors.js'
import { describe, Failure } from './terminal/failure.js'

/**
 * @typedef {{ name: string, operations: number, calls: number }} Kind
 * @typedef {{ compiler: string, instructions: Record<string, number> }} Record_
 */

/** The hashes of the tables have another seed each time, which moves the figures by less than half of this. */
const TOLERANCE = 0.05

const FILE = join(root, 'benchmark', 'counts.json')

/**
 * The program that does the work.
 *
 * @returns {Promise<string>}
 */
async function build() {
  const args = ['bench', '--no-default-features', '--bench', 'work', '--no-run', '--message-format=json']
  const outcome = await run('cargo', args)
  if (!outcome.ok) throw new Failure(`cargo bench ${outcome.ending}.`, outcome.output)
  for (const line of outcome.stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const { target, executable } = JSON.parse(line)
    if (target?.name === 'work' && executable) return executable
  }
  throw new Failure('cargo bench has built no program.', outcome.output)
}

/**
 * What there is to do.
 *
 * @param {string} program
 * @returns {Promise<Kind[]>}
 */
async function kinds(program) {
  const outcome = await run(program, ['--list'])
  if (!outcome.ok) throw new Failure(`${program} ${outcome.ending}.`, outcome.output)
  return outcome.stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', operations, calls] = line.split(' ')
      return { name, operations: Number(operations), calls: Number(calls) }
    })
}

/**
 * Instructions of one operation.
 *
 * @param {string} program
 * @param {Kind} kind
 */
async function count(program, { name, operations, calls }) {
  const outcome = await run('valgrind', [
    '--tool=callgrind',
    '--callgrind-out-file=/dev/null',
    '--collect-atstart=no',
    '--toggle-collect=work::counted',
    program,
    name,
  ])
  if (outcome.missing) throw new Failure('valgrind is not installed. Run: apt install valgrind')
  const found = /Collected : (\d+)/.exec(outcome.output)
  if (!outcome.ok || found === null || Number(found[1]) < calls) {
    throw new Failure(`valgrind ${outcome.ending}, and has counted nothing of ${name}.`, outcome.output)
  }
  return Math.round(Number(found[1]) / calls / operations)
}

/** @returns {Record_ | undefined} */
function onRecord() {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : undefined
}

/** @param {string[]} args */
async function main(args) {
  const writes = args.includes('--write')
  const prefix = args.find((arg) => !arg.startsWith('--')) ?? ''
  const { green, red } = paints(process.stdout)
  const compiler = (await run('rustc', ['--version'])).stdout.trim()
  const record = onRecord()
  const program = await build()
  /** @type {Record<string, number>} */
  const instructions = { ...record?.instructions }
  const grown = []
  for (const kind of (await kinds(program)).filter(({ name }) => name.startsWith(prefix))) {
    const now = await count(program, kind)
    const before = record?.instructions[kind.name]
    const change = before === undefined ? 0 : now / before - 1
    const isMore = change > TOLERANCE
    if (isMore) grown.push(kind.name)
    instructions[kind.name] = now
    const against =
      before === undefined ? 'new' : `${change < 0 ? '−' : '+'}${Math.abs(change * 100).toFixed(1)} %`
    const line = `${kind.name.padEnd(30)}${String(now).padStart(8)}   ${against}`
    process.stdout.write(`${isMore && !writes ? red(line) : line}\n`)
  }
  if (writes) {
    writeFileSync(FILE, `${JSON.stringify({ compiler, instructions }, null, 2)}\n`)
    return
  }
  if (record !== undefined && record.compiler !== compiler) {
    process.stdout.write(`On record are those of ${record.compiler}, and this is ${compiler}.\n`)
  }
  if (grown.length > 0) {
    process.stdout.write(`${red(`More instructions than on record: ${grown.join(', ')}`)}\n`)
    process.exitCode = 1
  } else process.stdout.write(`${green('No more instructions than on record.')}\n`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`)
  process.exitCode = 1
}
