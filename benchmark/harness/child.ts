/** Contenders in processes of their own, sampled from here one round at a time. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Percentiles, Sampler } from './case.js'

/** Which contender a child is. */
export interface Address {
  readonly case: string
  readonly variant: string
  readonly engine: string
}

/** What a child is told to be, in its first message; the later ones ask for a sample, or for percentiles. */
export interface Assignment extends Address {
  readonly roundMs: number
}

/** What a child answers, once for being ready and once for each sample. */
export type Answer =
  | { readonly value: number; readonly percentiles?: Percentiles | undefined }
  | { readonly failure: string }

/** What a child is asked for. */
export type Question = 'sample' | 'percentiles'

/** How children are run. */
interface ChildSettings {
  readonly roundMs: number
  readonly profileFolder?: string | undefined
}

const PROGRAM = join(import.meta.dirname, '..', 'serve.js')

/** One child for all rounds. */
export async function inChild(address: Address, settings: ChildSettings): Promise<Sampler> {
  const child = fork(PROGRAM, { execArgv: ['--expose-gc', ...profiling(address, settings)] })
  const assignment: Assignment = { ...address, roundMs: settings.roundMs }
  try {
    await ask(child, assignment)
  } catch (error) {
    child.kill()
    throw error
  }
  return {
    sample: async () => (await ask(child, 'sample')).value,
    percentiles: async () => (await ask(child, 'percentiles')).percentiles,
    close: () => end(child),
  }
}

/** A new child for each round. */
export function perRound(address: Address, settings: ChildSettings): Sampler {
  return {
    sample: async () => {
      const sampler = await inChild(address, settings)
      try {
        return await sampler.sample()
      } finally {
        await sampler.close()
      }
    },
    close: () => {},
  }
}

type Told = Exclude<Answer, { readonly failure: string }>

function ask(child: ChildProcess, message: Assignment | Question): Promise<Told> {
  return new Promise((resolve, reject) => {
    const forget = (): void => {
      child.off('message', answered)
      child.off('exit', gone)
    }
    const answered = (answer: unknown): void => {
      forget()
      const told = answer as Answer
      if ('failure' in told) reject(new Error(told.failure))
      else resolve(told)
    }
    const gone = (code: number | null, signal: string | null): void => {
      forget()
      reject(new Error(`its process ended with ${signal ?? `code ${code}`}`))
    }
    child.on('message', answered)
    child.on('exit', gone)
    child.send(message)
  })
}

/** Ends a child in good order: a profile is written at the exit. */
function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.on('exit', () => resolve())
    child.disconnect()
  })
}

function profiling({ case: caseName, variant, engine }: Address, { profileFolder }: ChildSettings): string[] {
  if (profileFolder === undefined) return []
  const name = `${caseName} ${variant} ${engine}`.replace(/[^\w.]+/g, '-')
  return ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`, `--cpu-prof-name=${name}.cpuprofile`]
}
