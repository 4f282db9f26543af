import test from 'ava'
import { inside } from '../support/inside.js'

const { diagnose } =
  await inside<typeof import('../../ts/src/core/native/diagnosis.js')>('core/native/diagnosis.js')
const { platformOf } =
  await inside<typeof import('../../ts/src/core/native/platform.js')>('core/native/platform.js')

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })
const missing = (name: string): Error =>
  failure('MODULE_NOT_FOUND', `Cannot find module '@busbar/${name}'\nRequire stack:\n- somewhere`)

const supported = ['darwin-arm64', 'linux-x64-gnu', 'linux-x64-musl']
const around = { version: '1.2.3', supported, installed: [], isClone: false }
const gnu = platformOf('linux', 'x64', 'glibc')
const musl = platformOf('linux', 'x64', 'musl')
const source = '@busbar/linux-x64-gnu'

/** What is said of one attempt to load the addon on Linux with glibc. */
const said = (attempt: object, surroundings: object = {}, platform: typeof gnu = gnu): string =>
  diagnose(platform, [{ source, ...attempt }], { ...around, ...surroundings })

for (const [title, message, parts] of [
  [
    'a package that is not installed',
    said({ error: missing('linux-x64-gnu') }),
    [
      'linux x64 glibc',
      `${source} is not installed`,
      `${source} (not found)`,
      '--include=optional',
      'Docker',
    ],
  ],
  [
    'a platform without a package',
    diagnose(platformOf('freebsd', 'x64', undefined), [{ source: '@busbar/freebsd-x64' }], around),
    ['on freebsd x64:', 'no package for freebsd-x64', 'packages for darwin-arm64, linux-x64-gnu'],
  ],
  [
    'node_modules of another platform',
    said({ error: missing('linux-x64-gnu') }, { installed: ['darwin-arm64'] }),
    [
      '@busbar/darwin-arm64 is',
      'on another platform',
      '--os=linux --cpu=x64 --libc=glibc',
      'supportedArchitectures',
    ],
  ],
  [
    'the package of the other C library',
    said({ error: missing('linux-x64-musl') }, { installed: ['linux-x64-gnu'] }, musl),
    ['linux x64 musl', 'the other C library of Linux', 'runs on musl', '--libc=musl'],
  ],
  [
    'a binary of another version',
    said({ version: '1.2.2' }),
    ['version 1.2.2', 'busbar of 1.2.3', `${source} (version 1.2.2)`, 'pnpm install --force'],
  ],
  [
    'a binary of another version in a clone',
    said({ version: '1.2.2' }, { isClone: true }),
    ['npm run build'],
  ],
  [
    'a clone that built nothing',
    said({ error: missing('linux-x64-gnu') }, { isClone: true }),
    ['npm run build'],
  ],
  [
    'addons that are switched off',
    said({
      error: failure('ERR_DLOPEN_DISABLED', 'Cannot load native addon because loading addons is disabled.'),
    }),
    ['--no-addons', '--allow-addons', 'ERR_DLOPEN_DISABLED'],
  ],
  [
    'files that may not be read',
    said({ error: failure('ERR_ACCESS_DENIED', 'Access to this API has been restricted') }),
    ['may not read', '--allow-fs-read'],
  ],
  [
    'a system that is too old',
    said({
      error: failure(
        'ERR_DLOPEN_FAILED',
        "/lib/libc.so.6: version `GLIBC_2.17' not found (required by x.node)",
      ),
    }),
    ['needs GLIBC_2.17', 'glibc 2.17 or newer'],
  ],
  [
    'a binary of the other C library',
    said({ error: failure('ERR_DLOPEN_FAILED', 'libc.musl-x86_64.so.1: cannot open shared object file') }),
    ['another C library than glibc', 'libc.musl-x86_64.so.1'],
  ],
  [
    'a damaged binary',
    said({ error: failure('ERR_DLOPEN_FAILED', '/app/x.node: file too short') }),
    ['broken: /app/x.node: file too short', 'Install it again'],
  ],
  [
    'a package without its binary',
    said({ error: failure('MODULE_NOT_FOUND', `Cannot find module '/app/node_modules/${source}/x.node'`) }),
    ['broken: Cannot find module', 'Install it again'],
  ],
  ['what is no error', said({ error: 'odd' }), ['broken: odd', `${source} (odd)`]],
] as const) {
  test(`diagnosis: ${title} is named, with what was tried and what helps`, (t) => {
    for (const part of parts) t.true(message.includes(part), `${part} is missing in: ${message}`)
    t.false(message.includes('\n'))
    t.false(message.includes('undefined'))
    t.notRegex(message, /[.;,]\s*$/)
  })
}

test('diagnosis: what was found counts more than what was not', (t) => {
  const attempts = [
    { source: 'busbar.node', error: failure('ERR_DLOPEN_FAILED', 'file too short') },
    { source, error: missing('linux-x64-gnu') },
  ]
  const message = diagnose(gnu, attempts, { ...around, isClone: true })
  t.true(message.includes('busbar.node is there, but broken: file too short'), message)
  t.true(message.includes(`Tried: busbar.node (ERR_DLOPEN_FAILED), ${source} (not found)`), message)
})
