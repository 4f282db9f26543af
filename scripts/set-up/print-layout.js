/** Prints the frame layout of the binary whose path is given, as JSON. */

import { createRequire } from 'node:module'

const [, , file] = process.argv
try {
  const binding = createRequire(import.meta.url)(String(file))
  if (typeof binding.frameLayout !== 'function') {
    throw new TypeError('the binary does not export frameLayout(); does crate/src/napi still have it?')
  }
  process.stdout.write(JSON.stringify(binding.frameLayout()))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
