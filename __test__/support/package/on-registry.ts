/** Tests that are given a registry with the packages of this clone. */
import process from 'node:process'
import test, { type ExecutionContext } from 'ava'
import { publishedRegistry } from './published.js'
import type { Registry } from './registry.js'

const runtimesOfThisRun = process.env['BUSBAR_INSTALL']

/** The programs of other runtimes, by name; `npm run test:install` brings them, and `npm test` none. */
export const runtimes: Readonly<Record<string, string>> =
  runtimesOfThisRun === undefined ? {} : JSON.parse(runtimesOfThisRun)

/** Some minutes: package managers, on a machine that may be busy. */
const TIMEOUT_MS = 600_000

let registry: Registry | undefined

test.before(async (t) => {
  t.timeout(TIMEOUT_MS)
  registry = await publishedRegistry()
})
test.after.always(() => registry?.[Symbol.asyncDispose]())

/** Declares a test that is given the registry; they run one after the other. */
export function onRegistry(
  title: string,
  body: (t: ExecutionContext, registry: Registry) => Promise<void>,
): void {
  test.serial(title, async (t) => {
    t.timeout(TIMEOUT_MS)
    if (registry === undefined) throw new Error('there is no registry')
    await body(t, registry)
  })
}
