/** The insides of the library as it ships, which users do not see. */

/** The folder that the library is compiled to. */
export const dist: URL = new URL('./', import.meta.resolve('busbar'))

/** A module of the library by its path in that folder; its type is that of the source it was compiled from. */
export const inside = <Module>(path: string): Promise<Module> => import(new URL(path, dist).href)

/** How long to wait before something is tried again. */
export const { backoffMs }: typeof import('../../ts/src/delivery/backoff.js') =
  await inside('delivery/backoff.js')

/** The bus of one thread, on a core that is handed in. */
export const { ThreadBus }: typeof import('../../ts/src/bus/bus.js') = await inside('bus/bus.js')

/** Complete options of a bus, and of a thread's connection to it. */
export const { busSettings, threadSettings }: typeof import('../../ts/src/options/open.js') =
  await inside('options/open.js')

/** Pending answers. */
export const { Correlation }: typeof import('../../ts/src/link/correlation.js') =
  await inside('link/correlation.js')

/** Deadlines of pending answers that are far away. */
export const { FarDeadlines }: typeof import('../../ts/src/link/far-deadlines.js') =
  await inside('link/far-deadlines.js')

/** A histogram as a thread keeps it, and as it is read. */
export const { LocalHistogram }: typeof import('../../ts/src/operate/metrics/local-histogram.js') =
  await inside('operate/metrics/local-histogram.js')
export const { BucketHistogram }: typeof import('../../ts/src/operate/metrics/histogram.js') = await inside(
  'operate/metrics/histogram.js',
)
export const { Journal }: typeof import('../../ts/src/operate/metrics/journal.js') = await inside(
  'operate/metrics/journal.js',
)
export const { Rows }: typeof import('../../ts/src/operate/metrics/rows.js') =
  await inside('operate/metrics/rows.js')
export const { Sums }: typeof import('../../ts/src/core/javascript/sums.js') =
  await inside('core/javascript/sums.js')
export const { Allowance, Sampler }: typeof import('../../ts/src/link/sampler.js') =
  await inside('link/sampler.js')
export const { METRICS }: typeof import('../../ts/src/operate/metrics/catalogue.js') = await inside(
  'operate/metrics/catalogue.js',
)

/** What this process runs on. */
export const { thisPlatform }: typeof import('../../ts/src/core/native/platform.js') =
  await inside('core/native/platform.js')

/** What watches over an endpoint. */
export const { Guard }: typeof import('../../ts/src/operate/guard.js') = await inside('operate/guard.js')
