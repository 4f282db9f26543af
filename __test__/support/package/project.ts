/** A project of somebody who uses Busbar: a folder outside of the clone, with package managers of its own state. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Ended, execute } from './execute.js'

const require = createRequire(import.meta.url)

/** Some minutes: the machine may be busy, and nothing here is about speed. */
const TIMEOUT_MS = 300_000

/** The project. */
export class Project implements AsyncDisposable {
  /** Where it is. */
  readonly folder: string
  readonly #registry: string
  readonly #home: string

  private constructor(folder: string, home: string, registry: string) {
    this.folder = folder
    this.#home = home
    this.#registry = registry
  }

  /** An empty folder, and a home without settings. */
  static async create(registry: string): Promise<Project> {
    const home = await mkdtemp(join(tmpdir(), 'busbar-project-'))
    const folder = join(home, 'project')
    await mkdir(folder)
    const project = new Project(folder, home, registry)
    const { host } = new URL(registry)
    const npmrc = [`registry=${registry}`, `//${host}/:_authToken=anybody`, 'fund=false', 'audit=false', '']
    await writeFile(join(home, '.npmrc'), npmrc.join('\n'))
    return project
  }

  /** Writes a file. */
  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, name)), { recursive: true })
    await writeFile(join(this.folder, name), text)
  }

  /** Reads a file. */
  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8')
  }

  /** Runs npm; rejects when it fails. */
  npm(...args: string[]): Promise<Ended> {
    return this.#manager(npmCli(), args)
  }

  /** Runs pnpm; rejects when it fails. */
  pnpm(...args: string[]): Promise<Ended> {
    return this.#manager(join(dirname(require.resolve('pnpm')), 'bin', 'pnpm.cjs'), args)
  }

  /** Runs yarn; rejects when it fails. */
  yarn(...args: string[]): Promise<Ended> {
    const script = join(dirname(require.resolve('@yarnpkg/cli-dist/package.json')), 'bin', 'yarn.js')
    return this.#manager(script, args)
  }

  /** Runs a program with Node.js in nothing but the environment that is given; how it ends is for the caller to judge. */
  node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.run(process.execPath, args, env)
  }

  /** Runs any program in the project, with the environment that is given and no other. */
  run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return execute(program, args, { cwd: this.folder, env, timeoutMs: TIMEOUT_MS })
  }

  async #manager(script: string, args: readonly string[]): Promise<Ended> {
    const env = {
      PATH: dirname(process.execPath),
      HOME: this.#home,
      XDG_DATA_HOME: join(this.#home, 'data'),
      XDG_CACHE_HOME: join(this.#home, 'cache'),
      npm_config_cache: join(this.#home, 'npm'),
      npm_config_update_notifier: 'false',
      YARN_NPM_REGISTRY_SERVER: this.#registry,
      YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
      YARN_ENABLE_TELEMETRY: 'false',
      YARN_ENABLE_GLOBAL_CACHE: 'false',
      // What was published this minute is what is to be tested.
      YARN_NPM_MINIMAL_AGE_GATE: '0',
      // Set by hand here: in a CI it is off, and refuses to write the first lock file.
      YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    }
    const ended = await this.run(process.execPath, [script, ...args], env)
    if (ended.code === 0) return ended
    throw new Error(`${script} ${args.join(' ')} ended with ${ended.code}\n${ended.stdout}\n${ended.stderr}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#home, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** The npm that runs the tests, else the one beside this Node.js. */
function npmCli(): string {
  const running = process.env['npm_execpath']
  if (running !== undefined && /npm-cli\.c?js$/.test(running)) return running
  const below = process.platform === 'win32' ? ['node_modules'] : ['..', 'lib', 'node_modules']
  return join(dirname(process.execPath), ...below, 'npm', 'bin', 'npm-cli.js')
}
