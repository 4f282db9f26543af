/** Engines that are closed again when what was to be done with them fails: a bus would keep the process alive. */
import type { Engine, Router } from '../engines/engine.js'
import type { Sampler } from '../harness/case.js'

/** An engine that is open, and how it wants its topics and patterns. */
export interface Opened {
  readonly router: Router
  readonly translate: (text: string) => string
}

/** Opens an engine and makes a sampler of it. */
export async function opened(
  engine: Engine,
  use: (engine: Opened) => Sampler | Promise<Sampler>,
): Promise<Sampler> {
  const { translate = asItIs } = engine
  const router = await engine.open()
  try {
    return await use({ router, translate })
  } catch (error) {
    await router.close?.()
    throw error
  }
}

function asItIs(text: string): string {
  return text
}
