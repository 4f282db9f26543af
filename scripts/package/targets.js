/** The platforms that there is a package for. The list in package.json (`napi.targets`) is this one, by a test. */

/**
 * @typedef {object} Target
 * @property {string} name the last part of the package's name; also of the file of its binary
 * @property {string} triple as Rust calls it
 * @property {string} os as npm and Node.js call it
 * @property {string} cpu likewise
 * @property {'glibc' | 'musl'} [libc] on Linux
 * @property {string} needs the oldest system that it runs on
 */

/** The oldest glibc that a binary may need. */
export const GLIBC = '2.17'

const gnu = `glibc ${GLIBC}`

/** @type {readonly Target[]} */
export const targets = [
  { name: 'darwin-arm64', triple: 'aarch64-apple-darwin', os: 'darwin', cpu: 'arm64', needs: 'macOS 11' },
  { name: 'darwin-x64', triple: 'x86_64-apple-darwin', os: 'darwin', cpu: 'x64', needs: 'macOS 10.12' },
  {
    name: 'linux-arm64-gnu',
    triple: 'aarch64-unknown-linux-gnu',
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
    needs: gnu,
  },
  {
    name: 'linux-arm64-musl',
    triple: 'aarch64-unknown-linux-musl',
    os: 'linux',
    cpu: 'arm64',
    libc: 'musl',
    needs: 'musl 1.2',
  },
  {
    name: 'linux-x64-gnu',
    triple: 'x86_64-unknown-linux-gnu',
    os: 'linux',
    cpu: 'x64',
    libc: 'glibc',
    needs: gnu,
  },
  {
    name: 'linux-x64-musl',
    triple: 'x86_64-unknown-linux-musl',
    os: 'linux',
    cpu: 'x64',
    libc: 'musl',
    needs: 'musl 1.2',
  },
  {
    name: 'win32-arm64-msvc',
    triple: 'aarch64-pc-windows-msvc',
    os: 'win32',
    cpu: 'arm64',
    needs: 'Windows 10',
  },
  { name: 'win32-x64-msvc', triple: 'x86_64-pc-windows-msvc', os: 'win32', cpu: 'x64', needs: 'Windows 10' },
]

/**
 * Whether this machine can build it: Linux and macOS from anywhere, with zig as the linker; Windows on Windows alone,
 * because its libraries come with Visual Studio.
 *
 * @param {Target} target
 * @returns {boolean}
 */
export function canBuild({ os }) {
  return os === process.platform || os === 'linux' || (os === 'darwin' && process.platform === 'linux')
}
