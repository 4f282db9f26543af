/** The package.json of what is published: of busbar itself, and of one package per platform. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../project.js'
import { targets } from './targets.js'

/** What every package says of itself, besides its own. */
const SHARED = ['license', 'homepage', 'bugs', 'repository', 'engines']
/** What of the manifest of the clone users need. */
const KEPT = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'homepage',
  'bugs',
  'repository',
  'type',
]
const ENTRANCES = ['engines', 'main', 'types', 'exports', 'sideEffects']

/** @returns {Record<string, unknown> & { version: string }} the manifest of the clone */
export function ownManifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
}

/**
 * The name of the package of a platform. The scope is ours, so nobody else can publish under it.
 *
 * @param {import('./targets.js').Target} target
 */
export function packageName({ name }) {
  return `@busbar/${name}`
}

/** @param {import('./targets.js').Target} target */
export function binaryName({ name }) {
  return `busbar.${name}.node`
}

/**
 * Of busbar itself: no scripts, no tools, and each platform by the exact version, so that two never mix.
 */
export function mainManifest() {
  const own = ownManifest()
  return {
    ...pick(own, [...KEPT, ...ENTRANCES]),
    files: ['dist'],
    optionalDependencies: Object.fromEntries(targets.map((target) => [packageName(target), own.version])),
    publishConfig: { access: 'public' },
  }
}

/**
 * Of the package of a platform: a binary, and where it may be installed.
 *
 * @param {import('./targets.js').Target} target
 */
export function platformManifest(target) {
  const { os, cpu, libc, needs } = target
  return {
    name: packageName(target),
    version: ownManifest().version,
    description: `The native core of busbar for ${target.name} (${needs} or newer).`,
    ...pick(ownManifest(), SHARED),
    os: [os],
    cpu: [cpu],
    ...(libc !== undefined && { libc: [libc] }),
    main: binaryName(target),
    files: [binaryName(target), 'LICENSE', 'THIRD-PARTY.md'],
    // Without an install script; and yarn is not to keep it in a zip, from which nothing can be loaded.
    preferUnplugged: true,
    publishConfig: { access: 'public' },
  }
}

/** @param {Record<string, unknown>} from @param {readonly string[]} names */
function pick(from, names) {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])))
}
