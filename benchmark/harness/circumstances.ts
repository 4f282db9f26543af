/** Where it was measured: a figure without its machine means nothing. */
import { execFileSync } from 'node:child_process'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { root } from '../root.js'
import type { Circumstances } from './result.js'

/** What is known before the run; `load` is completed after it. */
export function circumstances(
  rounds: number,
  roundMs: number,
  isQuick: boolean,
  loadBefore: number,
): Circumstances {
  const processors = cpus()
  return {
    at: new Date().toISOString().slice(0, 16).replace('T', ' '),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    commit: commit(),
    rounds,
    roundMs,
    isQuick,
    load: [loadBefore, load()],
  }
}

/** How many processes wanted the processor in the last minute, on average. */
export function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10
}

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+')
  } catch {
    return 'unknown'
  }
}
