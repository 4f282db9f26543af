/** The native core without the facade in front of it: for what its calls cost by themselves. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../root.js'

/** The calls that are measured. */
interface Binding {
  attach(
    name: string,
    options: string,
    bounds: { matchCacheTopics: number; inboxBytes: number; heldBytes: number },
    asked: boolean,
    virtualTime: boolean,
    wake: () => void,
  ): { handle: number }
  detach(handle: number): void
  frameLayout(): Record<string, number>
  drain(handle: number, buffer: Uint8Array): number
  resolve(handle: number, topic: string, words: Uint32Array): number
}

/** One attachment. */
export interface CoreBinding {
  readonly binding: Binding
  readonly handle: number
  close(): void
}

const { load } = (await import(pathToFileURL(join(root, 'dist', 'core', 'native', 'loader.js')).href)) as {
  load: () => Binding
}

/** The layout of frames, in bytes and words. */
export function frameLayout(): Record<string, number> {
  return load().frameLayout()
}

/** Attaches to a bus of its own. */
export function coreBinding(): CoreBinding {
  const binding = load()
  const bounds = { matchCacheTopics: 64, inboxBytes: 2 ** 20, heldBytes: 2 ** 20 }
  const { handle } = binding.attach('crossing', '{}', bounds, false, false, () => {})
  return { binding, handle, close: () => binding.detach(handle) }
}
