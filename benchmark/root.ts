/** Where the clone is, seen from the compiled file. */
import { join } from 'node:path'

/** The folder that holds package.json. */
export const root: string = join(import.meta.dirname, '..', '..')
