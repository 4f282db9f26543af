/** What a scrape says to those who read it: parsers that are not ours. */
import { execFile, execFileSync } from 'node:child_process'
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

/** A Python that has the parser of Prometheus' own client; undefined where there is none. */
export const python: string | undefined = [process.env['BUSBAR_PYTHON'], 'python3'].find((program) => {
  if (program === undefined) return false
  try {
    execFileSync(program, ['-c', 'import prometheus_client.openmetrics.parser'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

const STRICTLY = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(sys.stdin.read()))
print(json.dumps([[one.name, one.type, one.unit, len(one.samples)] for one in families]))
`

/** Name, type, unit and number of samples of each family, as that parser reads them; rejects when it refuses the text. */
export async function readStrictly(text: string): Promise<[string, string, string, number][]> {
  const printed = await new Promise<string>((resolve, reject) => {
    const child = execFile(python ?? '', ['-c', STRICTLY], { maxBuffer: 2 ** 26 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    )
    child.stdin?.end(text)
  })
  return JSON.parse(printed)
}
