/** What is compared with what: a case names the work, its variants the sizes, its contenders do it. */

/** What a sample is counted in; of either, less is better. */
export type Unit = 'ns' | 'ms' | 'B'

/** Who a contender is. */
export type Role =
  /** Busbar, as it is installed. */
  | 'busbar'
  /** Our facade on the JavaScript core: what the native core has to be better than. */
  | 'javascript core'
  /** The best we can write by hand for this workload alone. */
  | 'hand-written'
  /** A library that people would pick instead. */
  | 'peer'
  /** No bus at all: what the workload itself costs. In no comparison. */
  | 'floor'

/** Latencies in µs by the names of their percentiles: `p50`, `p99`. */
export type Percentiles = Readonly<Record<string, number>>

/** Work that can be done any number of times, and checked. */
export interface Work {
  /** Does it `count` times; a promise is waited for within the time. */
  run(count: number): void | Promise<void>
  /** Throws unless exactly `count` times were done since the last check. */
  verify(count: number): void | Promise<void>
  close?(): void | Promise<void>
}

/** Takes one sample at a time; prepared and warm. */
export interface Sampler {
  /** What is sampled, where it is in this process and its time is what counts. */
  readonly work?: Work
  /** One sample, per operation; throws when the work was not done as it should be. */
  sample(): number | Promise<number>
  /** Of single operations in all samples so far, in µs, where they are taken one by one. */
  percentiles?(): Percentiles | undefined | Promise<Percentiles | undefined>
  close(): void | Promise<void>
}

/** One row of the table. */
export interface Contender {
  readonly engine: string
  readonly version: string
  readonly role: Role
  /** @param roundMs - how long one sample should take, at least */
  prepare(roundMs: number): Sampler | Promise<Sampler>
}

/** What was aimed at; `engine` is one of the variant's. */
export type Goal =
  /** At least so many times as fast (or as small) as another row. */
  | { readonly engine: string; readonly atLeast: number; readonly against: string }
  /** At least so many times as fast as the same engine in another variant: costs must not grow. */
  | { readonly engine: string; readonly atLeast: number; readonly variant: string }
  /** An absolute figure, in the variant's unit. */
  | { readonly engine: string; readonly atMost: number }

/** One size or kind of the workload. */
export interface Variant {
  readonly name: string
  /** Where variants differ in one number alone, that number: the report draws a curve over it. */
  readonly size?: number
  readonly unit: Unit
  /** What is counted: `publish`, `pattern`. */
  readonly per: string
  /** The engine that the ratios are of. */
  readonly baseline: string
  readonly contenders: readonly Contender[]
  readonly goals: readonly Goal[]
}

/**
 * Where contenders run. One process is the default, with its polluted call sites the realistic state of a program.
 * `process` gives each its own, for when contenders share code that no program would use in both ways; the rounds are
 * interleaved all the same. `process per round` is for what cannot be taken back, such as memory.
 */
export type Isolation = 'shared' | 'process' | 'process per round'

/** A workload. */
export interface Case {
  readonly name: string
  readonly title: string
  /** What is compared, and why that is fair; one paragraph. */
  readonly about: string
  readonly isolation: Isolation
  readonly variants: readonly Variant[]
}
