/** Measures one variant: everybody is prepared, then the rounds are interleaved, so that a drift of the machine hits all. */
import type { Case, Contender, Isolation, Sampler, Variant } from './case.js'
import { inChild, perRound } from './child.js'
import { judge, type Measured } from './judge.js'
import { reference } from './reference.js'
import type { Failure, VariantResult } from './result.js'

/** How a run is made. */
export interface Settings {
  readonly rounds: number
  readonly roundMs: number
  /** Instead of what the case asks for. */
  readonly isolation?: Isolation | undefined
  /** Only engines whose name contains one of these; the baseline runs in any case. */
  readonly engines: readonly string[]
  /** Where children write CPU profiles. */
  readonly profileFolder?: string | undefined
}

/** @param report - told what is going on */
export async function measure(
  measuredCase: Case,
  variant: Variant,
  settings: Settings,
  earlier: readonly VariantResult[],
  report: (doing: string) => void,
): Promise<VariantResult> {
  const failures: Failure[] = []
  const samplers = new Map<Contender, Sampler>()
  const samples = new Map<Contender, number[]>()
  const steadiness: number[] = []
  const fail = async (contender: Contender, error: unknown): Promise<void> => {
    failures.push({
      engine: contender.engine,
      message: error instanceof Error ? error.message : String(error),
    })
    const sampler = samplers.get(contender)
    samplers.delete(contender)
    samples.delete(contender)
    await sampler?.close()
  }

  for (const contender of variant.contenders.filter((one) => isWanted(one, variant, settings))) {
    report(`preparing ${contender.engine}`)
    try {
      samplers.set(contender, await prepare(measuredCase, variant, contender, settings))
      samples.set(contender, [])
    } catch (error) {
      await fail(contender, error)
    }
  }
  // The compiler needs to have seen it.
  for (let times = 0; times < 4; times++) reference()
  for (let round = 0; round < settings.rounds; round++) {
    for (const contender of inTurn([...samplers.keys()], round)) {
      report(`round ${round + 1} of ${settings.rounds}: ${contender.engine}`)
      steadiness.push(reference())
      try {
        const sample = await samplers.get(contender)?.sample()
        if (sample !== undefined) samples.get(contender)?.push(sample)
      } catch (error) {
        await fail(contender, error)
      }
    }
  }
  const measured: Measured[] = []
  for (const [contender, values] of samples) {
    const percentiles = await samplers.get(contender)?.percentiles?.()
    measured.push({ contender, samples: values, percentiles })
  }
  for (const sampler of samplers.values()) await sampler.close()
  return judge(variant, measured, failures, earlier, steadiness)
}

function isWanted({ engine }: Contender, { baseline }: Variant, { engines }: Settings): boolean {
  return engines.length === 0 || engine === baseline || engines.some((part) => engine.includes(part))
}

function prepare(
  measuredCase: Case,
  variant: Variant,
  contender: Contender,
  settings: Settings,
): Sampler | Promise<Sampler> {
  const address = { case: measuredCase.name, variant: variant.name, engine: contender.engine }
  switch (settings.isolation ?? measuredCase.isolation) {
    case 'shared':
      return contender.prepare(settings.roundMs)
    case 'process':
      return inChild(address, settings)
    case 'process per round':
      return perRound(address, settings)
  }
}

/** Nobody always comes first, or always after the same one. */
function inTurn<Item>(items: readonly Item[], round: number): Item[] {
  const shift = items.length === 0 ? 0 : round % items.length
  const turned = [...items.slice(shift), ...items.slice(0, shift)]
  return round % 2 === 0 ? turned : turned.reverse()
}
