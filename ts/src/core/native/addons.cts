/**
 * The platform packages, each by a `require` that a bundler can read: CommonJS, because only there do all of them look.
 *
 * Each package is optional, and a bundler accepts that one is missing only inside of a `try`.
 */

/** What came of it: the addon, or why there is none. */
type Outcome = { readonly addon: unknown } | { readonly error: unknown }

/** Loads the addon of the platform `name`; a name that has no package is an error as well. */
function requireAddon(name: string): Outcome {
  try {
    switch (name) {
      case 'darwin-arm64':
        return { addon: require('@busbar/darwin-arm64') }
      case 'darwin-x64':
        return { addon: require('@busbar/darwin-x64') }
      case 'linux-arm64-gnu':
        return { addon: require('@busbar/linux-arm64-gnu') }
      case 'linux-arm64-musl':
        return { addon: require('@busbar/linux-arm64-musl') }
      case 'linux-x64-gnu':
        return { addon: require('@busbar/linux-x64-gnu') }
      case 'linux-x64-musl':
        return { addon: require('@busbar/linux-x64-musl') }
      case 'win32-arm64-msvc':
        return { addon: require('@busbar/win32-arm64-msvc') }
      case 'win32-x64-msvc':
        return { addon: require('@busbar/win32-x64-msvc') }
      default:
        return { error: undefined }
    }
  } catch (error) {
    return { error }
  }
}

/** The platforms that have a package. */
const platforms: readonly string[] = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'linux-x64-gnu',
  'linux-x64-musl',
  'win32-arm64-msvc',
  'win32-x64-msvc',
]

const door: { readonly platforms: readonly string[]; requireAddon(name: string): Outcome } = {
  platforms,
  requireAddon,
}

// @ts-expect-error TS1294: it cannot be erased, and TypeScript has no other form for what CommonJS exports.
export = door
