/**
 * What Busbar takes before it does anything: bytes around a payload on its way to another thread, the binary that is
 * installed, and the time until a new process has a bus.
 *
 * Fair, because: the frame and the binary are facts, and stand against their goals. The start is that of a process of its
 * own for each sample, with the package as it is published, from before the import until a bus with a handler is open;
 * moleculer has a service and no transporter.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { frameLayout } from '../engines/binding.js'
import { installed } from '../engines/installed.js'
import { versionOf } from '../engines/version.js'
import type { Case, Contender } from '../harness/case.js'
import { root } from '../root.js'
import { sampled } from '../workload/sampling.js'

const MEBI = 1_000_000

/** Sizes, and the start. */
export const size: Case = {
  name: 'size',
  title: 'What it takes before it does anything',
  about:
    'The bytes of a frame besides topic and payload; the native binary; and the time from before the import to an open ' +
    'bus with a handler, in a new process for each sample, without the start of Node.js itself.',
  isolation: 'shared',
  variants: [
    {
      name: 'a frame, besides topic and payload',
      unit: 'B',
      per: 'frame',
      baseline: 'busbar',
      contenders: [sampled({ engine: 'busbar', role: 'busbar' }, () => ({ sample: headerBytes }))],
      goals: [{ engine: 'busbar', atMost: 64 }],
    },
    {
      name: 'the binary',
      unit: 'B',
      per: 'binary',
      baseline: 'busbar',
      contenders: [sampled({ engine: 'busbar', role: 'busbar' }, () => ({ sample: binaryBytes }))],
      goals: [{ engine: 'busbar', atMost: 1.5 * MEBI }],
    },
    {
      name: 'import and open',
      unit: 'ms',
      per: 'start',
      baseline: 'busbar',
      contenders: [
        starting(
          'busbar',
          '',
          'busbar',
          `const { open } = await import('busbar'); open('a').handle('b', () => 1)`,
        ),
        starting(
          'moleculer',
          versionOf('moleculer'),
          'peer',
          `const { ServiceBroker } = (await import('moleculer')).default
           const broker = new ServiceBroker({ logger: false })
           broker.createService({ name: 'a', actions: { b: () => 1 } })
           await broker.start()`,
        ),
      ],
      goals: [{ engine: 'busbar', atMost: 15 }],
    },
  ],
}

function headerBytes(): number {
  const { HEADER_BYTES: bytes } = frameLayout()
  if (bytes === undefined) throw new Error('the layout says nothing of the header')
  return bytes
}

function binaryBytes(): number {
  const folder = join(root, 'dist', 'core', 'native')
  const file = readdirSync(join(folder, 'generated')).find((name) => name.endsWith('.node'))
  if (file === undefined) throw new Error('there is no binary')
  return statSync(join(folder, 'generated', file)).size
}

/** Milliseconds that a program takes in a new process, by its own clock. */
function starting(engine: string, version: string, role: Contender['role'], program: string): Contender {
  const text = `const from = performance.now(); ${program}; console.log(performance.now() - from); process.exit(0)`
  return sampled({ engine, version, role }, () => ({
    sample: () => {
      const cwd = installed()
      const told = execFileSync(process.execPath, ['--input-type=module', '--eval', text], { cwd })
      const tookMs = Number(String(told).trim())
      if (!(tookMs > 0)) throw new Error(`the program said: ${told}`)
      return tookMs
    },
  }))
}
