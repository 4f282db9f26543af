/** Where the file is that every worker runs first. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { workersInBundle } from '../errors.js'

let known: URL | undefined

/**
 * The URL of `entry.js`; throws `ERR_BUS_WORKER_FAILED` in a bundle, which does not have the files of the package.
 *
 * `new URL()` is not given `import.meta.url` itself: webpack would take the file for an asset of the program that bundles us.
 */
export function entrance(): URL {
  known ??= beside('./entry.js')
  if (known === undefined) throw workersInBundle()
  return known
}

function beside(path: string): URL | undefined {
  try {
    const { url: here, webpack }: ImportMeta & { readonly webpack?: number } = import.meta
    // It puts the place where we were when the bundle was made: what may still be there is another copy of us.
    if (webpack !== undefined) return undefined
    const url = new URL(path, here)
    return existsSync(fileURLToPath(url)) ? url : undefined
  } catch {
    // In a bundle for CommonJS nothing is known of the place.
    return undefined
  }
}
