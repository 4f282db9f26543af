import test from 'ava'
import { codes } from './support/house/codes.js'
import { coreWall } from './support/house/core-wall.js'
import { doors } from './support/house/doors.js'
import { length } from './support/house/length.js'
import { lockFile } from './support/house/lock-file.js'
import { names } from './support/house/names.js'
import { napiWall } from './support/house/napi-wall.js'
import { places } from './support/house/places.js'
import { rustDirections } from './support/house/rust-directions.js'
import { describe, findRoot, type Rule, readTree } from './support/house/tree.js'
import { typescriptDirections } from './support/house/typescript-directions.js'

/** A rule, files that keep it in ways that look like breaking it, and files that break it with where they do. */
interface Case {
  readonly rule: Rule
  readonly kept: Record<string, string>
  readonly broken: Record<string, string>
  /** The places to be reported, as `file` or `file:line`, sorted. */
  readonly reported: readonly string[]
}

const long = (lines: number): string => 'x\n'.repeat(lines)
const machine = ['', 'home', 'somebody', 'busbar'].join('/')
const outside = ['..', 'shared', 'x'].join('/')

const cases: Record<string, Case> = {
  'rooms of the core use only rooms before them': {
    rule: rustDirections,
    kept: {
      'crate/src/lib.rs': 'pub mod bus;\npub use crate::bus::Bus;',
      'crate/src/bus/mod.rs': 'use crate::{error::Error, router::{plan, table}};\nuse super::timer::Clock;',
      'crate/src/bus/names.rs':
        '// crate::napi is above\nconst A: &str = "crate::napi::x"; /* crate::napi::y */',
      'crate/src/router/table.rs':
        "fn f<'a>(x: &'a str) -> char { '\"' }\nuse crate::router::plan;\nuse super::plan::Plan;",
      'crate/src/hop/raw.rs': 'const A: &str = r#" " crate::bus::x "#;\nuse crate::sync::Slot;',
      'crate/src/timer/wheel.rs': 'mod tests { use super::super::clock::Clock; }',
    },
    broken: {
      'crate/src/topic/glob.rs': '//! Globs.\n\nuse crate::router::Table;',
      'crate/src/router/mod.rs': 'use crate::{\n    error::Error,\n    hop::frame::{self, Frame},\n};',
      'crate/src/hop/inbox.rs': "const Q: char = '\"';\nfn f() { crate::bus::registry::find(); }",
      'crate/src/timer/wheel.rs': 'use super::super::bus::Bus;',
      'crate/src/timer/mod.rs': 'use super::{topic, error};',
      'crate/src/error.rs': 'use crate::sync::Slot;',
      'crate/src/things/mod.rs': '',
    },
    reported: [
      'crate/src/error.rs:1',
      'crate/src/hop/inbox.rs:2',
      'crate/src/router/mod.rs:3',
      'crate/src/things/mod.rs',
      'crate/src/timer/mod.rs:1',
      'crate/src/timer/wheel.rs:1',
      'crate/src/topic/glob.rs:3',
    ],
  },
  'only the boundary mentions the boundary': {
    rule: napiWall,
    kept: {
      'crate/src/lib.rs':
        '//! - `napi`: the boundary\n\n#[cfg(all(feature = "napi", not(test)))]\nmod napi;\n',
      'crate/src/napi/hot.rs': 'use napi_derive::napi;',
      'build.rs': 'napi_build::setup();',
    },
    broken: {
      'crate/src/lib.rs': 'mod napi;\nuse napi::Env;',
      'crate/src/hop/wake.rs': '/// A wake-up.\n// N-API calls it.',
      'crate/tests/models.rs': 'use busbar::napi::Env;',
    },
    reported: ['crate/src/hop/wake.rs:2', 'crate/src/lib.rs:2', 'crate/tests/models.rs:1'],
  },
  'rooms of the library import only rooms before them': {
    rule: typescriptDirections,
    kept: {
      'ts/src/index.ts': "export { Bus } from './bus/bus.js'\nexport * from './errors.js'",
      'ts/src/errors.ts': "// import './bus/bus.js'\nimport { inspect } from 'node:util'",
      'ts/src/link/frames.ts':
        "import type { Core } from '../core/core.js'\nimport { a } from './completion.js'",
      'ts/src/bus/bus.ts': 'const text = "import x from \'../threads/pool.js\'"',
    },
    broken: {
      'ts/src/contract/topics.ts': "import type { Options } from '../options/options.js'",
      'ts/src/core/core.ts': "export {\n  pack\n} from '../codec/codec.js'",
      'ts/src/link/link.ts': "type Bus = import('../bus/bus.js').Bus",
      'ts/src/delivery/lanes.ts': "export const load = () => import('../operate/health.js')",
      'ts/src/operate/health.ts': "import { open } from 'busbar'",
      'ts/src/bus/far.ts': "import { x } from '../../../scripts/project.js'",
      'ts/src/errors/index.ts': '',
      'ts/src/extra.ts': '',
    },
    reported: [
      'ts/src/bus/far.ts:1',
      'ts/src/contract/topics.ts:1',
      'ts/src/core/core.ts:3',
      'ts/src/delivery/lanes.ts:1',
      'ts/src/errors/index.ts',
      'ts/src/extra.ts',
      'ts/src/link/link.ts:1',
      'ts/src/operate/health.ts:1',
    ],
  },
  'only link and bus see the core, and only core/native what is generated': {
    rule: coreWall,
    kept: {
      'ts/src/link/link.ts': "import type { Core } from '../core/core.js'",
      'ts/src/bus/bus.ts': "import { load } from '../core/native/loader.js'",
      'ts/src/core/native/loader.ts': "import { HEADER_BYTES } from './generated/layout.js'",
      'ts/src/delivery/lanes.ts': "import { core } from './core.js'",
    },
    broken: {
      'ts/src/delivery/lanes.ts': "import type { Core } from '../core/core.js'",
      'ts/src/index.ts': "export type { Core } from './core/core.js'",
      'ts/src/link/frames.ts': "import { HEADER_BYTES } from '../core/native/generated/layout.js'",
      'ts/src/core/javascript/core.ts': "import { HEADER_BYTES } from '../native/generated/layout.js'",
    },
    reported: [
      'ts/src/core/javascript/core.ts:1',
      'ts/src/delivery/lanes.ts:1',
      'ts/src/index.ts:1',
      'ts/src/link/frames.ts:1',
    ],
  },
  'no folder and no file has a name that says nothing': {
    rule: names,
    kept: { 'ts/src/link/common-prefix.ts': '', '__test__/support/house/tree.ts': '' },
    broken: {
      'ts/src/utils/a.ts': '',
      'ts/src/utils/b.ts': '',
      'crate/src/bus/helpers.rs': '',
      'docs/misc/x.md': '',
    },
    reported: ['crate/src/bus/helpers.rs', 'docs/misc', 'ts/src/utils'],
  },
  'doors hold no logic': {
    rule: doors,
    kept: {
      'crate/src/lib.rs':
        '//! Docs { }\n#![deny(x)]\npub mod a;\n#[cfg(all(feature = "x", not(test)))]\nmod b;\n',
      'crate/src/bus/mod.rs':
        '//! Docs.\n\nmod a;\npub(crate) mod b;\n#[cfg(test)]\nmod tests;\n\npub use a::{B, c::{D}};\npub(super) use b::*;\n',
      'ts/src/index.ts': "/** Docs. */\nexport { a } from './a.js'\nexport type * from './b.js'\n",
      'ts/src/bus/index.ts':
        "import { a } from './a.js'\nimport type { B } from './b.js'\nexport { a, type B }\n",
    },
    broken: {
      'crate/src/bus/mod.rs': '//! Docs.\n\nmod a;\n\npub struct Bus;\n',
      'crate/src/lib.rs': 'mod a;\nmod tests {\n}\n',
      'ts/src/index.ts': "export { a } from './a.js'\n\nexport const b = 1\n",
      'ts/src/bus/index.ts': "import './effect.js'\n",
    },
    reported: ['crate/src/bus/mod.rs:5', 'crate/src/lib.rs:2', 'ts/src/bus/index.ts:1', 'ts/src/index.ts:3'],
  },
  'no source file is too long': {
    rule: length,
    kept: { 'ts/src/a.ts': long(600), 'docs/a.md': long(2_000), 'package-lock.json': long(2_000) },
    broken: { 'ts/src/a.ts': long(601), 'crate/src/b.rs': long(601), 'scripts/c.js': `${long(600)}x` },
    reported: ['crate/src/b.rs', 'scripts/c.js', 'ts/src/a.ts'],
  },
  'codes are written once per language, and the library knows those of the core': {
    rule: codes,
    kept: {
      'crate/src/error.rs': 'const A: &str = "ERR_BUS_A";',
      'crate/src/bus/mod.rs':
        '/// `ERR_BUS_A`\nfn f() {}\n#[cfg(test)]\nmod tests { const B: &str = "}"; const A: &str = "ERR_BUS_A"; }',
      'ts/src/errors.ts': "export const codes = ['ERR_BUS_A', 'ERR_BUS_B']",
      'ts/src/bus/bus.ts': '/** @throws `ERR_BUS_A` */\nexport const a = 1 // ERR_BUS_A',
      'ts/src/contract/receipts.ts': 'export type Code = `ERR_BUS_\u0024{string}`',
      '__test__/bus.test.ts': "const a = 'ERR_BUS_A'",
    },
    broken: {
      'crate/src/error.rs': 'const A: &str = "ERR_BUS_A";\nconst C: &str = "ERR_BUS_C";',
      'crate/src/bus/mod.rs': '#[cfg(test)]\nmod tests {}\nconst A: &str = "ERR_BUS_A";',
      'ts/src/errors.ts': "export const codes = ['ERR_BUS_A', 'ERR_BUS_B'] // ERR_BUS_C",
      'ts/src/bus/bus.ts': "/** Docs. */\nif (error.code === 'ERR_BUS_A') throw error",
      'ts/src/bus/type.ts': '/** Docs. */\nexport type A = `ERR_BUS_A`',
    },
    reported: [
      'crate/src/bus/mod.rs:3',
      'crate/src/error.rs:2',
      'ts/src/bus/bus.ts:2',
      'ts/src/bus/type.ts:2',
    ],
  },
  'nothing points outside the repository': {
    rule: places,
    kept: {
      'ts/src/a.ts':
        "import '../share/x.js'; const url = 'https://example.org/home/a'; const topic = 'a/work/b'",
    },
    broken: { 'docs/a.md': `See\n${outside}`, 'ts/src/a.ts': `const a = '${machine}'` },
    reported: ['docs/a.md:2', 'ts/src/a.ts:1'],
  },
  'the lock file can be installed from anywhere': {
    rule: lockFile,
    kept: {
      'package-lock.json': JSON.stringify({
        packages: {
          'node_modules/a': { optionalDependencies: { '@a/linux': '1.0.0', b: '1.0.0' } },
          'node_modules/@a/linux': { version: '1.0.0' },
          'node_modules/a/node_modules/b': { version: '1.0.0' },
        },
      }),
    },
    broken: {
      'package-lock.json':
        '{ "packages": {\n"node_modules/a": {\n"resolved": "https://registry.example/a.tgz",\n"optionalDependencies": { "@a/linux": "1.0.0" } } } }',
    },
    reported: ['package-lock.json', 'package-lock.json:3'],
  },
}

const root = findRoot()
const tree = readTree(root)

test('house: the tree is read as a whole', (t) => {
  for (const file of [
    'package.json',
    'Cargo.toml',
    'crate/src/lib.rs',
    '__test__/house.test.ts',
    'scripts/test.js',
  ]) {
    t.true(tree.has(file), file)
  }
  t.deepEqual(
    [...tree.keys()].filter((file) => /(?:^|\/)(?:node_modules|target|dist|build|generated)\//.test(file)),
    [],
  )
})

for (const [promise, { rule, kept, broken, reported }] of Object.entries(cases)) {
  test(`house: ${promise}`, (t) => {
    t.deepEqual(rule(tree).map(describe), [])
  })

  test(`house: it is noticed when not: ${promise}`, (t) => {
    t.deepEqual(rule(new Map(Object.entries(kept))).map(describe), [])

    const found = rule(new Map(Object.entries(broken)))

    const at = found.map(({ file, line }) => (line === undefined ? file : `${file}:${line}`))
    t.deepEqual(at.sort(), [...reported])
  })
}
