/** Every case, in the order in which they are run and reported. */
import type { Case } from '../harness/case.js'
import { closing } from './closing.js'
import { codecs } from './codecs.js'
import { core } from './core.js'
import { crossing } from './crossing.js'
import { exact } from './exact.js'
import { exactMade } from './exact-made.js'
import { globs } from './globs.js'
import { globsCold } from './globs-cold.js'
import { globsMade } from './globs-made.js'
import { growthCases } from './growth.js'
import { handlers } from './handlers.js'
import { large } from './large.js'
import { memory } from './memory.js'
import { memoryGrowth } from './memory-growth.js'
import { memoryThreads } from './memory-threads.js'
import { registration } from './registration.js'
import { requests } from './requests.js'
import { size } from './size.js'
import { workerLatency } from './worker-latency.js'
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
  requests,
  handlers,
  codecs,
  memory,
  ...memoryGrowth,
  memoryThreads,
  workers,
  workerRequests,
  workerLatency,
  crossing,
  core,
  ...growthCases,
  size,
  closing,
]
