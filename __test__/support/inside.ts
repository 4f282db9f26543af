/** The insides of the library as it ships, which users do not see. */

/** The folder that the library is compiled to. */
export const dist: URL = new URL('./', import.meta.resolve('busbar'))

/** A module of the library by its path in that folder; its type is that of the source it was compiled from. */
export const inside = <Module>(path: string): Promise<Module> => import(new URL(path, dist).href)
