/** Says why there is no native core, and what to do about it. */
import type { Platform } from './platform.js'

/** One place in which the addon was looked for: what went wrong, or the version that it has and should not have. */
export interface Attempt {
  readonly source: string
  readonly error?: unknown
  readonly version?: string
}

/** What surrounds the code that looked. */
export interface Surroundings {
  /** What the addon should be of. */
  readonly version: string
  /** The platforms that have a package. */
  readonly supported: readonly string[]
  /** Those whose package is installed. */
  readonly installed: readonly string[]
  /** Whether this is a clone of the repository. */
  readonly isClone: boolean
}

/** A cause in words, and its remedy. */
interface Finding {
  readonly cause: string
  readonly remedy: string
}

/** The whole message, without a full stop at its end. */
export function diagnose(platform: Platform, attempts: readonly Attempt[], around: Surroundings): string {
  const { cause, remedy } = finding(platform, attempts, around)
  const { os, arch, libc } = platform
  const where = libc === undefined ? `${os} ${arch}` : `${os} ${arch} ${libc}`
  const tried = attempts.map((attempt) => `${attempt.source} (${outcomeOf(attempt)})`).join(', ')
  return `the native core cannot be loaded on ${where}: ${cause}. Tried: ${tried}. ${remedy}`
}

/** The attempt that says most is the last one that found something. */
function finding(platform: Platform, attempts: readonly Attempt[], around: Surroundings): Finding {
  const found = attempts.findLast((attempt) => !isMissing(attempt)) ?? attempts.at(-1)
  if (found?.version !== undefined) return anotherVersion(found.version, around)
  if (found === undefined || isMissing(found)) return missing(platform, around)
  return broken(platform, found)
}

function anotherVersion(version: string, { version: own, isClone }: Surroundings): Finding {
  return {
    cause: `the addon is of version ${version}, and busbar of ${own}; the two must be the same`,
    remedy: isClone ? 'Build it: npm run build' : `Install them together again. ${REINSTALL}`,
  }
}

const REINSTALL =
  'npm: delete node_modules and package-lock.json, then npm install; pnpm: pnpm install --force; yarn: yarn install --check-cache'

function missing(platform: Platform, { supported, installed, isClone }: Surroundings): Finding {
  const { name } = platform
  if (isClone) return { cause: 'this clone has not built it', remedy: 'Build it: npm run build' }
  if (!supported.includes(name)) {
    return {
      cause: `there is no package for ${name}`,
      remedy: `There are packages for ${supported.join(', ')}; elsewhere it can be built from the repository, with Rust`,
    }
  }
  if (installed.length > 0) return forAnotherPlatform(platform, installed)
  return {
    cause: `the optional package @busbar/${name} is not installed`,
    remedy:
      'Install with optional packages: npm: npm install --include=optional (if a lock file lacks it, delete node_modules and package-lock.json first); ' +
      'pnpm: pnpm install, without --no-optional; yarn: yarn install, without --ignore-optional; ' +
      'Docker: install in the image, and list node_modules in .dockerignore; ' +
      'bundlers: leave @busbar/* external, or have them copy .node files',
  }
}

/** The lock file, or node_modules itself, came from elsewhere; or the two C libraries of Linux were mixed up. */
function forAnotherPlatform({ name, os, arch, libc }: Platform, installed: readonly string[]): Finding {
  const others = installed.map((other) => `@busbar/${other}`).join(', ')
  const otherLibc = installed.includes(`linux-${arch}-${libc === 'musl' ? 'gnu' : 'musl'}`)
  const why =
    os === 'linux' && otherLibc
      ? `that is for the other C library of Linux, and this process runs on ${libc}`
      : 'so node_modules or the lock file was made on another platform'
  const npm = `npm install --no-save --os=${os} --cpu=${arch}${libc === undefined ? '' : ` --libc=${libc}`}`
  return {
    cause: `@busbar/${name} is not installed, but ${others} is: ${why}`,
    remedy:
      `Install it for this platform: npm: delete node_modules and package-lock.json, then npm install, or ${npm}; ` +
      'pnpm and yarn: name the platform in supportedArchitectures (pnpm-workspace.yaml, .yarnrc.yml), then install again; ' +
      'Docker: install in the image that runs it, and list node_modules in .dockerignore',
  }
}

/** It is there, and cannot be loaded. */
function broken({ libc }: Platform, { source, error }: Attempt): Finding {
  const message = firstLine(error)
  if (codeOf(error) === 'ERR_DLOPEN_DISABLED') {
    return {
      cause:
        'this process may not load addons: it was started with --no-addons, or with --permission and without --allow-addons',
      remedy: 'Start it without the one, or with the other',
    }
  }
  if (codeOf(error) === 'ERR_ACCESS_DENIED') {
    return {
      cause: `this process may not read the addon: ${message}`,
      remedy: 'Under --permission, add --allow-addons and --allow-fs-read for node_modules',
    }
  }
  const newer = /version `(GLIBC_[\d.]+)' not found/.exec(message)?.[1]
  if (newer !== undefined) {
    return {
      cause: `the C library is too old: the addon needs ${newer}`,
      remedy: 'Use a system with glibc 2.17 or newer: Debian 8, Ubuntu 14.04, RHEL 7',
    }
  }
  if (/libc\.musl|ld-musl|__\w+: symbol not found|Error relocating/.test(message)) {
    return {
      cause: `the addon is for another C library than ${libc}: ${message}`,
      remedy: 'Delete node_modules, and install in the image that runs it',
    }
  }
  return {
    cause: `${source} is there, but broken: ${message}`,
    remedy: `Install it again. ${REINSTALL}`,
  }
}

function outcomeOf(attempt: Attempt): string {
  if (attempt.version !== undefined) return `version ${attempt.version}`
  if (isMissing(attempt)) return 'not found'
  return codeOf(attempt.error) ?? firstLine(attempt.error)
}

/** Whether there was nothing: no package of that name, as Node.js, Bun and Deno say it. */
function isMissing({ error, version }: Attempt): boolean {
  if (version !== undefined) return false
  if (error === undefined) return true
  const code = codeOf(error)
  // A package whose binary was deleted is broken; one that is not there names itself and nothing below it.
  return (
    (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') &&
    /'@busbar\/[\w-]+'/.test(firstLine(error))
  )
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** Node.js adds a list of files to the first line; the cause keeps it. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0] ?? ''
}
