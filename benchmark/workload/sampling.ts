/** Contenders whose samples are not rounds of a loop: sizes, ends, single operations one by one. */
import type { Contender, Percentiles, Role } from '../harness/case.js'

/** Who it is, and what one sample gives; it throws when the work was not done as it should be. */
export interface Sampled {
  readonly engine: string
  readonly version?: string
  readonly role: Role
  sample(): number | Promise<number>
  percentiles?(): Percentiles | undefined
  close?(): void | Promise<void>
}

/** A contender that is prepared by `open`. */
export function sampled(
  { engine, version = '', role }: Pick<Sampled, 'engine' | 'version' | 'role'>,
  open: () =>
    | Omit<Sampled, 'engine' | 'version' | 'role'>
    | Promise<Omit<Sampled, 'engine' | 'version' | 'role'>>,
): Contender {
  return {
    engine,
    version,
    role,
    prepare: async () => {
      const { sample, percentiles, close = (): void => {} } = await open()
      return { sample, close, ...(percentiles !== undefined && { percentiles }) }
    },
  }
}
