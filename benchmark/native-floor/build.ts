/** Builds the addon of this folder with the compiler of the machine, when it is needed and not there or older. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '../root.js'

/** What the addon exports; none of it does anything but cross. */
export interface NativeFloor {
  numberAndBytes(handle: number, bytes: Uint8Array): number
  numberTextAndWords(handle: number, text: string, words: Uint32Array): number
}

const SOURCE = join(root, 'benchmark', 'native-floor', 'floor.cc')

/** Loads the addon; throws where there is no C++ compiler. */
export function nativeFloor(): NativeFloor {
  const folder = join(root, 'build', 'benchmark', 'native-floor')
  // A process that has loaded an addon keeps it: another Node.js gets another file.
  const file = join(folder, `floor-${process.versions.modules}.node`)
  const builtAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (builtAt < statSync(SOURCE).mtimeMs) {
    mkdirSync(folder, { recursive: true })
    build(file)
  }
  return createRequire(import.meta.url)(file) as NativeFloor
}

function build(file: string): void {
  const headers = ['node-api-headers/include', 'node-addon-api'].map(
    (path) => `-I${join(root, 'node_modules', path)}`,
  )
  // What Node.js exports is found when it is loaded.
  const linking = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']
  const flags = ['-O2', '-std=c++17', '-fPIC', '-fvisibility=hidden', '-DNAPI_DISABLE_CPP_EXCEPTIONS']
  const compiler = process.env['CXX'] ?? 'c++'
  execFileSync(compiler, [...flags, ...linking, ...headers, SOURCE, '-o', file], { stdio: 'pipe' })
}
