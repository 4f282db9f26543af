/** Finds and loads the native addon of this platform. */
import { createRequire } from 'node:module'
import { arch, platform, report } from 'node:process'
import { nativeUnavailable } from '../../errors.js'
import type { Binding } from './binding.js'

/** Loads the addon; throws `ERR_BUS_NATIVE_UNAVAILABLE` with what was tried and what to do. */
export function load(): Binding {
  const name = `busbar.${triple()}.node`
  try {
    return createRequire(import.meta.url)(`./generated/${name}`) as Binding
  } catch (error) {
    // Node.js adds a list of files to the first line; the cause keeps it.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    const message = `the native core (${name}) cannot be loaded on ${platform} ${arch}: ${reason}`
    throw nativeUnavailable(`${message}. In a clone of the repository, 'npm run build' builds it`, error)
  }
}

/** The platform as napi-rs names it. */
function triple(): string {
  if (platform === 'linux') return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`
  if (platform === 'win32') return `win32-${arch}-msvc`
  return `${platform}-${arch}`
}

function isMusl(): boolean {
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime === undefined
}
