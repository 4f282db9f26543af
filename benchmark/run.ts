/** The program behind `npm run bench`. */
import { type Arguments, readArguments, USAGE } from './arguments.js'
import { cases } from './cases/all.js'
import type { Case, Variant } from './harness/case.js'
import { circumstances, load } from './harness/circumstances.js'
import { crossCheck } from './harness/cross-check.js'
import { measure } from './harness/measure.js'
import type { CaseResult, VariantResult } from './harness/result.js'
import { writeJson, writePages } from './report/files.js'
import { terminalTable } from './report/terminal.js'

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** One line that is written again and again; only where somebody is looking. */
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text.slice(0, process.stderr.columns - 1)}`)
}

function chosen({ cases: names }: Arguments): readonly Case[] {
  for (const name of names) {
    if (!cases.some((one) => one.name.startsWith(name))) {
      throw new Error(`there is no case ${name}; there are: ${cases.map((one) => one.name).join(', ')}`)
    }
  }
  // A full name means that case alone, also where others begin with it.
  const means = (name: string, one: Case): boolean =>
    cases.some((other) => other.name === name) ? one.name === name : one.name.startsWith(name)
  return names.length === 0 ? cases : cases.filter((one) => names.some((name) => means(name, one)))
}

/** A full name means that variant alone, also where others contain it. */
function variantsOf({ variants }: Case, part: string): readonly Variant[] {
  const exact = variants.filter(({ name }) => name === part)
  return exact.length > 0 ? exact : variants.filter(({ name }) => name.includes(part))
}

async function runCase(one: Case, options: Arguments): Promise<CaseResult> {
  const { rounds, roundMs, quick } = options
  const before = load()
  const now = (): CaseResult['circumstances'] => circumstances(rounds, roundMs, quick, before)
  const results: VariantResult[] = []
  say(`\n${one.name}: ${one.title}`)
  for (const variant of variantsOf(one, options.variant)) {
    const result = await measure(one, variant, options, results, (doing) =>
      progress(`${variant.name}: ${doing}`),
    )
    progress('')
    results.push(result)
    say(`\n${terminalTable(result, now())}`)
    if (options.crossCheck) say(await crossCheck(variant, result, options))
  }
  const { name, title, about } = one
  return { case: name, title, about, circumstances: now(), variants: results }
}

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2))
  if (options.help) {
    say(USAGE)
    return
  }
  if (options.list) {
    const width = Math.max(...cases.map(({ name }) => name.length)) + 2
    for (const { name, title, variants } of cases) {
      say(`${name.padEnd(width)}${title}: ${variants.map((variant) => variant.name).join('; ')}`)
    }
    return
  }
  const results: CaseResult[] = []
  for (const one of chosen(options)) {
    results.push(await runCase(one, options))
    // After each case, so that an interrupted run leaves what it had.
    if (options.json !== undefined) writeJson(options.json, results)
    if (options.write) writePages(results)
  }
  const failures = results.flatMap(({ variants }) => variants.flatMap((variant) => variant.failures))
  if (failures.length > 0) {
    say(`\nFailed: ${failures.length}`)
    process.exitCode = 1
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`)
  process.exitCode = 2
}
