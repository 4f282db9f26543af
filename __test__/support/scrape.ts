/** What a scrape says to those who read it: parsers that are not ours. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import parse from 'parse-prometheus-text-format'

/** One series, as it was parsed. */
export interface Series {
  readonly value?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly buckets?: Readonly<Record<string, string>>
}

/** A family of them. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly metrics: readonly Series[]
}

/** The families of a scrape by name. */
export function families(text: string): ReadonlyMap<string, Family> {
  return new Map((parse(text) as Family[]).map((family) => [family.name, family]))
}

/** The value of the only series whose labels are these, among others. */
export function numberOf(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const matching = families(text)
    .get(name)
    ?.metrics.filter((one) => Object.entries(labels).every(([label, value]) => one.labels?.[label] === value))
  if (matching?.length !== 1) return undefined
  return Number(matching[0]?.value)
}

const PARSER = 'prometheus-client==0.22.1'
const PACKAGES = fileURLToPath(new URL('../../python', import.meta.url))

/** Whether this machine has a Python that can install packages: the parser of Prometheus' own client is one of them. */
export const hasPython: boolean = runs(['-m', 'pip', '--version'])

function runs(args: readonly string[]): boolean {
  try {
    execFileSync('python3', args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const STRICTLY = `
import json, sys
sys.path.insert(0, sys.argv[1])
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(sys.stdin.read()))
print(json.dumps([[one.name, one.type, one.unit, len(one.samples)] for one in families]))
`

/** Name, type, unit and number of samples of each family, as that parser reads them; rejects when it refuses the text. */
export async function readStrictly(text: string): Promise<[string, string, string, number][]> {
  if (!existsSync(PACKAGES)) await run(['-m', 'pip', 'install', '--quiet', '--target', PACKAGES, PARSER])
  return JSON.parse(await run(['-c', STRICTLY, PACKAGES], text))
}

function run(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('python3', args, { maxBuffer: 2 ** 26 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    )
    child.stdin?.end(input)
  })
}
