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
