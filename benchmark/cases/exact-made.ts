/**
 * Publishing to exact topics whose strings are put together for each message, as `orders.${id}.created` does it.
 *
 * Fair, because: as in `exact`; and the string is made in the loop of every contender, by the same concatenation. Most of
 * what is measured is the hash of a new string, which everybody has to take who looks a topic up. The row without a bus
 * makes the string and does not look at it, so it is less than what a look-up can cost.
 */
import { emitters } from '../engines/emitters.js'
import type { Case } from '../harness/case.js'
import { cutNames, names } from '../workload/names.js'
import { type Load, made, publishing } from '../workload/publishing.js'
import { shuffled } from '../workload/shuffle.js'

const TOPICS = 10_000

const load: Load = { patterns: () => names(TOPICS), publish: made(shuffled(cutNames(TOPICS))) }

/** Topics that are put together for the message. */
export const exactMade: Case = {
  name: 'exact-made',
  title: 'Publish, exact topics, strings made for each message',
  about:
    'As `exact`, but the topic of each message is concatenated, as a template literal does it: a new string, whose hash ' +
    'is not known and which has to be compared. The row without a bus makes the string and does not look at it.',
  isolation: 'process',
  variants: [
    {
      name: `${TOPICS.toLocaleString('en')} topics`,
      unit: 'ns',
      per: 'publish',
      baseline: 'node:events',
      contenders: emitters.map((engine) => publishing(engine, load)),
      goals: [{ engine: 'busbar', atLeast: 1, against: 'node:events' }],
    },
  ],
}
