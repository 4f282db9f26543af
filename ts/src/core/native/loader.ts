/** Finds the native addon of this platform, and makes sure that it is the one that belongs to this code. */
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { nativeUnavailable } from '../../errors.js'
import addons from './addons.cjs'
import type { Binding } from './binding.js'
import { type Attempt, diagnose, type Surroundings } from './diagnosis.js'
import { VERSION } from './generated/version.js'
import { thisPlatform } from './platform.js'

/**
 * Loads the addon: that of the clone, when this is one; else the one of the platform's package. Throws
 * `ERR_BUS_NATIVE_UNAVAILABLE` with what was tried, what is wrong, and what to do.
 */
export function load(): Binding {
  const platform = thisPlatform()
  const attempts: Attempt[] = []
  const built = beside(`./generated/busbar.${platform.name}.node`)
  if (built !== undefined) {
    const attempt = check(built, requireFile(built))
    if (attempt.binding !== undefined) return attempt.binding
    attempts.push(attempt)
  }
  const attempt = check(`@busbar/${platform.name}`, addons.requireAddon(platform.name))
  if (attempt.binding !== undefined) return attempt.binding
  attempts.push(attempt)
  const cause = attempts.find(({ error }) => error !== undefined)?.error
  throw nativeUnavailable(diagnose(platform, attempts, surroundings()), cause)
}

/** Whether what was loaded is ours; an older or newer one speaks of other frames, and would break later and worse. */
function check(
  source: string,
  outcome: { readonly addon: unknown } | { readonly error: unknown },
): Attempt & { readonly binding?: Binding } {
  if ('error' in outcome) return { source, error: outcome.error }
  const binding = outcome.addon as Partial<Binding> | null | undefined
  const version = typeof binding?.version === 'function' ? binding.version() : 'unknown'
  return version === VERSION ? { source, binding: binding as Binding } : { source, version }
}

/**
 * A file of the clone, by its place relative to this one: the addon that `npm run build` made, for instance. There is
 * none in the published package.
 */
function beside(path: string): string | undefined {
  try {
    // Not where `import.meta.url` itself stands: webpack would look for what `new URL()` may mean.
    const { url: here } = import.meta
    const file = fileURLToPath(new URL(path, here))
    return existsSync(file) ? file : undefined
  } catch {
    // In a bundle there is no such place.
    return undefined
  }
}

function requireFile(file: string): { addon: unknown } | { error: unknown } {
  try {
    return { addon: requireFrom()(file) }
  } catch (error) {
    return { error }
  }
}

/** The published package has its code in a few files, so that what is above them is not what is above this one. */
const VERSION_FILE = './generated/version.js'

/** What helps to say why; all of it is looked up only when something is wrong. */
function surroundings(): Surroundings {
  const isClone = [VERSION_FILE, '../../../Cargo.toml'].every((path) => beside(path) !== undefined)
  return { version: VERSION, supported: addons.platforms, installed: installed(), isClone }
}

/** The platforms whose package is installed where this one looks for them. */
function installed(): string[] {
  return addons.platforms.filter((name) => {
    try {
      requireFrom().resolve(`@busbar/${name}/package.json`)
      return true
    } catch {
      return false
    }
  })
}

/** A `require` of this place that bundlers do not take for theirs: what it asks for is not to be in a bundle. */
function requireFrom(): NodeJS.Require {
  return module.createRequire(import.meta.url)
}
