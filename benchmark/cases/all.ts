/** Every case, in the order in which they are run and reported. */
import type { Case } from '../harness/case.js'
import { codecs } from './codecs.js'
import { exact } from './exact.js'
import { exactMade } from './exact-made.js'
import { globs } from './globs.js'
import { globsCold } from './globs-cold.js'
import { globsMade } from './globs-made.js'
import { large } from './large.js'
import { memory } from './memory.js'
import { registration } from './registration.js'
import { workerRequests } from './worker-requests.js'
import { workers } from './workers.js'

/** All cases. */
export const cases: readonly Case[] = [
  exact,
  exactMade,
  globs,
  globsMade,
  globsCold,
  large,
  registration,
  codecs,
  memory,
  workers,
  workerRequests,
]
