/**
 * The Rust core alone, without Node.js: what it does for each message, in a program of its own that plays all threads.
 *
 * Fair, because: nothing is compared but with goals; the program checks what it does. It is built as released but for the
 * optimisation across crates. That a change does not make it slower is seen by `npm run count`, not here.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Case, Contender, Goal, Variant } from '../harness/case.js'
import { root } from '../root.js'
import { sampled } from '../workload/sampling.js'

/** The work of the core, by itself. */
export const core: Case = {
  name: 'core',
  title: 'The Rust core alone',
  about:
    'Each figure is a percentile of 2,000 calls, of batches where work is done in batches. `tell`: a batch is handed to a ' +
    'thread that is busy, with what that thread does later to take it; `hop`: it is taken at once.',
  isolation: 'shared',
  variants: [
    work('tell-64-bytes', 'tell, 64 B', 'p95', 100),
    work('hop-64-bytes', 'hop, 64 B', 'p50', 100),
    work('plan-exact', 'plan of an exact topic among 10,000', 'p50'),
    work('plan-globs-10000', 'plan among 10,000 globs', 'p50', 1_000),
    work('plan-regexes-1000', 'plan among 1,000 regexes', 'p50'),
    work('plan-cached', 'plan that is remembered', 'p50'),
    work('register-among-10', 'a glob comes and goes among 10', 'p50'),
    work('register-among-10000', 'a glob comes and goes among 10,000', 'p50'),
    work('register-exact-among-10000', 'a topic comes and goes among 10,000', 'p50'),
    work('hold-and-settle', 'a message is held and settled', 'p50'),
    work('deadline-armed-and-disarmed', 'a deadline comes and goes among 100,000', 'p50'),
  ],
}

function work(name: string, title: string, percentile: 'p50' | 'p95', atMost?: number): Variant {
  const goals: Goal[] = atMost === undefined ? [] : [{ engine: 'core', atMost }]
  const contenders = [serving(name, percentile)]
  return {
    name: `${title}, ${percentile}`,
    unit: 'ns',
    per: 'operation',
    baseline: 'core',
    contenders,
    goals,
  }
}

function serving(name: string, percentile: 'p50' | 'p95'): Contender {
  return sampled({ engine: 'core', role: 'busbar' }, async () => {
    const child = spawn(program(), ['--serve', name])
    const lines = createInterface(child.stdout)
    const next = async (): Promise<string> => {
      const [line] = await Promise.race([once(lines, 'line'), gone(child, name)])
      return line as string
    }
    await next()
    return {
      sample: async () => {
        child.stdin.write('\n')
        const [p50, p95] = (await next()).split(' ').map(Number)
        const figure = percentile === 'p50' ? p50 : p95
        if (figure === undefined || !(figure > 0)) throw new Error('the program gave no figure')
        return figure
      },
      close: () => {
        child.stdin.end()
      },
    }
  })
}

async function gone(child: ChildProcessWithoutNullStreams, name: string): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`work --serve ${name} ended with code ${code}`)
}

let built: string | undefined

/** Builds the program when it is needed, and tells where it is. */
function program(): string {
  if (built !== undefined) return built
  const args = ['bench', '--no-default-features', '--bench', 'work', '--no-run', '--message-format=json']
  const told = execFileSync('cargo', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  })
  for (const line of told.split('\n').filter((text) => text.startsWith('{'))) {
    const { target, executable } = JSON.parse(line) as {
      target?: { name: string }
      executable?: string | null
    }
    if (target?.name === 'work' && executable) built = executable
  }
  if (built === undefined) throw new Error('cargo bench has built no program')
  return built
}
