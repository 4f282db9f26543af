/** The program of a child process: prepares one contender, and takes a sample of it whenever it is asked. */
import { cases } from './cases/all.js'
import type { Sampler } from './harness/case.js'
import type { Answer, Assignment } from './harness/child.js'

let sampler: Sampler | undefined

async function prepare({
  case: caseName,
  variant: variantName,
  engine,
  roundMs,
}: Assignment): Promise<Sampler> {
  const variant = cases
    .find(({ name }) => name === caseName)
    ?.variants.find(({ name }) => name === variantName)
  const contender = variant?.contenders.find((one) => one.engine === engine)
  if (contender === undefined) throw new Error(`there is no ${engine} in ${caseName}, ${variantName}`)
  return contender.prepare(roundMs)
}

async function answer(message: unknown): Promise<Answer> {
  try {
    if (message === 'percentiles') return { value: 0, percentiles: await sampler?.percentiles?.() }
    if (message !== 'sample') {
      sampler = await prepare(message as Assignment)
      return { value: 0 }
    }
    if (sampler === undefined) throw new Error('asked for a sample before it was told what to measure')
    return { value: await sampler.sample() }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

process.on('message', (message) => {
  void answer(message).then((told) => process.send?.(told))
})
// The parent has heard enough. Handlers that are still subscribed must not keep the process alive.
process.on('disconnect', () => process.exit(0))
