/** What this process runs on, in the words of the platform packages. */
import { closeSync, openSync, readSync } from 'node:fs'
import process from 'node:process'

/** The C library of a Linux process. */
export type Libc = 'glibc' | 'musl'

/** What decides which binary fits. */
export interface Platform {
  readonly os: string
  readonly arch: string
  /** On Linux only. */
  readonly libc: Libc | undefined
  /** The last part of the package's name, such as `linux-x64-gnu`. */
  readonly name: string
}

/** Enough for the head of an ELF file, with the path of the loader that it asks for. */
const HEAD_BYTES = 4_096

let known: Platform | undefined

/** The platform of this process. */
export function thisPlatform(): Platform {
  known ??= platformOf(process.platform, process.arch, process.platform === 'linux' ? libc() : undefined)
  return known
}

/** The platform with these properties. */
export function platformOf(os: string, arch: string, libc: Libc | undefined): Platform {
  return { os, arch, libc, name: nameOf(os, arch, libc) }
}

function nameOf(os: string, arch: string, libc: Libc | undefined): string {
  if (os === 'linux') return `linux-${arch}-${libc === 'musl' ? 'musl' : 'gnu'}`
  if (os === 'win32') return `win32-${arch}-msvc`
  return `${os}-${arch}`
}

/**
 * Which C library this process was started with: by the loader that its executable names, which takes microseconds;
 * else by the diagnostic report, which takes milliseconds; else the one that most have.
 */
function libc(): Libc {
  return libcOfExecutable(process.execPath) ?? libcOfReport() ?? 'glibc'
}

/** What the executable asks for; undefined where it cannot be read, or is linked statically. */
export function libcOfExecutable(path: string): Libc | undefined {
  try {
    const file = openSync(path, 'r')
    try {
      const head = Buffer.alloc(HEAD_BYTES)
      const length = readSync(file, head, 0, HEAD_BYTES, 0)
      const loader = /\/ld-(musl-|linux[-.])/.exec(head.toString('latin1', 0, length))
      if (loader === null) return undefined
      return loader[1] === 'musl-' ? 'musl' : 'glibc'
    } finally {
      closeSync(file)
    }
  } catch {
    // Not to be read under the permission model, or not there any more: there are other ways.
    return undefined
  }
}

function libcOfReport(): Libc | undefined {
  try {
    const report: typeof process.report & { excludeNetwork?: boolean } = process.report
    // Without it the names of all connections would be looked up.
    report.excludeNetwork = true
    const { header, sharedObjects } = report.getReport() as {
      header?: { glibcVersionRuntime?: string }
      sharedObjects?: readonly string[]
    }
    if (header?.glibcVersionRuntime !== undefined) return 'glibc'
    return sharedObjects?.some((path) => path.includes('musl')) ? 'musl' : undefined
  } catch {
    return undefined
  }
}
