/** What a program of the tests has on its heap, once everything is off it that nothing holds. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What a heap grows by chance. */
const CHANCE_BYTES = 200_000
/** What has been told to end may take a moment to: that long, so often. */
const MOMENT_MS = 50
const MOMENTS = 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
// Stacks would cost more than all the rest.
Error.stackTraceLimit = 0

/** What V8 makes of functions that are called often, and of their bytes; it grows for long in a program that holds nothing. */
const CODE = /^(code|trusted)_/

/** Collects, and counts what is left but compiled code. */
export async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await new Promise(setImmediate)
    collect()
  }
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => !CODE.test(name))
  return spaces.reduce((bytes, { space_used_size: used }) => bytes + used, 0)
}

/** How much more there is than before, and stays. */
export async function grownSince(before: number): Promise<number> {
  let grown = (await heapBytes()) - before
  for (let moment = 0; grown > CHANCE_BYTES && moment < MOMENTS; moment++) {
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS))
    grown = (await heapBytes()) - before
  }
  return grown
}
