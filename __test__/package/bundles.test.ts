/** The ways in which a program gets at busbar: ESM, CommonJS, TypeScript, bundlers, threads, an empty environment. */
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import * as esbuild from 'esbuild'
import webpack from 'webpack'
import { onRegistry } from '../support/package/on-registry.js'
import type { Project } from '../support/package/project.js'
import type { Registry } from '../support/package/registry.js'

const require = createRequire(import.meta.url)

/** Two threads of one file, which any module system and any bundler can make. */
const body = (self: string): string => `
  const bus = open('shop', { core: 'native' })
  if (isMainThread) {
    const worker = new Worker(${self})
    worker.unref()
    bus.subscribe('ready', async () => {
      console.log(await bus.request('double', 21))
      await bus.close()
    })
  } else {
    bus.handle('double', (value) => value * 2)
    bus.publish('ready')
  }
`
const ESM = `
  import { open } from 'busbar'
  import { isMainThread, Worker } from 'node:worker_threads'
  ${body('new URL(import.meta.url)')}
`
const COMMONJS = `
  const { open } = require('busbar')
  const { isMainThread, Worker } = require('node:worker_threads')
  ${body('__filename')}
`
/** Asks for a pool of workers, whose first file is not in a bundle. */
const POOL = `
  const { open } = require('busbar')
  const bus = open('shop', { core: 'native' })
  try {
    bus.workers(__filename, { size: 1 })
  } catch ({ code, message }) {
    console.log(code, message)
  }
  bus.close()
`

const NO_POOL = /^ERR_BUS_WORKER_FAILED workers\(\) needs .* leave busbar outside of the bundle\n$/

/** Installed once for all: each test writes files of its own. */
let shared: Promise<Project> | undefined
test.after.always(async () => (await shared)?.[Symbol.asyncDispose]())

function user(registry: Registry): Promise<Project> {
  shared ??= installed(registry)
  return shared
}

async function installed(registry: Registry): Promise<Project> {
  const manifest = JSON.stringify({ private: true, dependencies: { busbar: '*' } })
  const project = await registry.project({
    'package.json': manifest,
    'esm.mjs': ESM,
    'commonjs.cjs': COMMONJS,
    'pool.cjs': POOL,
  })
  await project.npm('install')
  return project
}

/** Without any variable of this process: as in a container from scratch. */
async function prints(t: ExecutionContext, project: Project, file: string): Promise<void> {
  t.like(await project.node([file]), { code: 0, stdout: '42\n', stderr: '' })
}

onRegistry('bundles: import and require need no bundler', async (t, registry) => {
  const project = await user(registry)
  await prints(t, project, 'esm.mjs')
  await prints(t, project, 'commonjs.cjs')
})

for (const [module, resolution, name] of [
  ['nodenext', 'nodenext', 'program.mts'],
  ['nodenext', 'nodenext', 'program.cts'],
  ['esnext', 'bundler', 'program.mts'],
] as const) {
  onRegistry(`bundles: TypeScript finds the types of ${name} with ${resolution}`, async (t, registry) => {
    const project = await user(registry)
    await project.write(
      name,
      `import { open, type Bus, BusError } from 'busbar'
       import { virtualClock } from 'busbar/testing'
       type Shop = { 'cart.*.price': { payload: { items: number }; reply: { total: number } } }
       async function main() {
         const bus: Bus<Shop> = open<Shop>('shop', { clock: virtualClock() })
         bus.handle('cart.*.price', ({ items }) => ({ total: items * 9 }))
         const { total } = await bus.request('cart.7.price', { items: 3 })
         console.log(total satisfies number, BusError.name)
         // @ts-expect-error: the contract knows what it takes
         await bus.request('cart.7.price', { items: '3' }).catch(() => {})
         await bus.close()
       }
       void main()`,
    )
    const typeRoots = [dirname(dirname(require.resolve('@types/node/package.json')))]
    const compilerOptions = {
      ...{ strict: true, module, moduleResolution: resolution, target: 'es2022' },
      // Our types are looked at, too; those of Node.js are what they need.
      ...{ skipLibCheck: false, types: ['node'], typeRoots, lib: ['es2024', 'esnext.disposable'] },
    }
    await project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: [name] }))
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
    const compiled = await project.node([tsc, '-p', '.'])
    t.like(compiled, { code: 0, stdout: '' })
    t.like(await project.node([name.replace('ts', 'js')]), { code: 0, stdout: '27 BusError\n' })
  })
}

onRegistry('bundles: esbuild, with the addon beside the bundle', async (t, registry) => {
  const project = await user(registry)
  const shared = {
    absWorkingDir: project.folder,
    bundle: true,
    platform: 'node',
    loader: { '.node': 'copy' },
    logLevel: 'silent',
  } as const
  const built = await esbuild.build({
    ...shared,
    entryPoints: ['commonjs.cjs'],
    outfile: 'out/bundle.cjs',
    format: 'cjs',
  })
  t.deepEqual(built.errors, [])
  const banner = {
    js: "import { createRequire as from } from 'node:module'; const require = from(import.meta.url);",
  }
  await esbuild.build({
    ...shared,
    banner,
    entryPoints: ['esm.mjs'],
    outfile: 'out/bundle.mjs',
    format: 'esm',
  })
  await using elsewhere = await registry.project()
  await cp(join(project.folder, 'out'), elsewhere.folder, { recursive: true })
  await prints(t, elsewhere, 'bundle.cjs')
  await prints(t, elsewhere, 'bundle.mjs')
})

onRegistry('bundles: esbuild, with the addon left in node_modules', async (t, registry) => {
  const project = await user(registry)
  await esbuild.build({
    absWorkingDir: project.folder,
    bundle: true,
    platform: 'node',
    external: ['@busbar/*'],
    entryPoints: ['commonjs.cjs', 'pool.cjs'],
    outdir: 'outside',
    outExtension: { '.js': '.cjs' },
    logLevel: 'silent',
  })
  await prints(t, project, 'outside/commonjs.cjs')
  t.regex((await project.node(['outside/pool.cjs'])).stdout, NO_POOL)
})

onRegistry('bundles: webpack, with the addon left in node_modules', async (t, registry) => {
  const project = await user(registry)
  // It would put the path of the source where a module asks for its own.
  await project.write('argv.mjs', ESM.replace('new URL(import.meta.url)', 'process.argv[1]'))
  for (const [entry, extension] of [
    [{ bundle: './commonjs.cjs', pool: './pool.cjs' }, 'cjs'],
    [{ bundle: './argv.mjs' }, 'mjs'],
  ] as const) {
    const isModule = extension === 'mjs'
    const { errors, warnings } = await packed({
      context: project.folder,
      mode: 'production',
      // Once is enough of what takes the longest.
      optimization: { minimize: isModule },
      target: 'node20',
      entry,
      node: { __filename: false, __dirname: false },
      experiments: { outputModule: isModule },
      externals: [
        ({ request = '' }, done): void =>
          request.startsWith('@busbar/') ? done(undefined, `node-commonjs ${request}`) : done(),
      ],
      output: { path: join(project.folder, 'packed'), filename: `[name].${extension}`, module: isModule },
    })
    t.deepEqual(errors, [])
    t.deepEqual(warnings, [])
    await prints(t, project, `packed/bundle.${extension}`)
  }
  t.regex((await project.node(['packed/pool.cjs'])).stdout, NO_POOL)
})

function packed(options: webpack.Configuration): Promise<{ errors: string[]; warnings: string[] }> {
  return new Promise((resolve, reject) => {
    const compiler = webpack(options)
    compiler?.run((error, stats) => {
      if (error !== null || stats === undefined) return reject(error)
      const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true })
      const messages = (list: readonly { message: string }[]): string[] => list.map(({ message }) => message)
      resolve({ errors: messages(errors), warnings: messages(warnings) })
    })
  })
}
