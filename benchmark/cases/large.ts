/**
 * Large tables: 100,000 globs, and 1,000 regular expressions alone and among them, with topics never seen before.
 *
 * Fair, because: all get the same patterns and topics that none of them can have seen before; every message is counted
 * at its receiver. Globs are compared with the hand-written trie and the libraries with a trie. For regular expressions
 * there is nothing that people use but a loop over all of them; where globs are about as well, it has the hand-written
 * trie beside it. Of ten expressions eight begin with a literal text.
 */
import { busbar, busbarJavaScript } from '../engines/busbar.js'
import { floor } from '../engines/floor.js'
import { plainTrie } from '../engines/hand-written/globs.js'
import { regexLoop } from '../engines/hand-written/regexes.js'
import { mqemitterBus } from '../engines/mqemitter.js'
import { qlobber } from '../engines/qlobber.js'
import type { Case } from '../harness/case.js'
import { globs, openCuts } from '../workload/globs.js'
import { neverSeen, publishing } from '../workload/publishing.js'
import { mixedCuts, regexCuts, regexes, regexesAmong } from '../workload/regexes.js'

const GLOBS = 100_000
const REGEXES = 1_000
const KINDS = 10_000

const globLoad = { patterns: () => globs(GLOBS), publish: neverSeen(openCuts(KINDS, GLOBS)) }
const regexLoad = { patterns: () => regexes(REGEXES), publish: neverSeen(regexCuts(REGEXES)) }
const mixedLoad = {
  patterns: () => regexesAmong(REGEXES, GLOBS),
  publish: neverSeen(mixedCuts(REGEXES, GLOBS)),
}

/** Tables that no loop can handle. */
export const large: Case = {
  name: 'large',
  title: 'Publish through large tables, topics never seen before',
  about:
    'Each topic has a number that never comes again, and matches one pattern. Regular expressions: eight of ten begin ' +
    'with a literal text, two do not; where they are among globs, every second topic matches an expression.',
  isolation: 'process',
  variants: [
    {
      name: '100,000 globs',
      unit: 'ns',
      per: 'publish',
      baseline: plainTrie.name,
      contenders: [busbar, busbarJavaScript, plainTrie, qlobber, mqemitterBus, floor].map((engine) =>
        publishing(engine, globLoad),
      ),
      goals: [{ engine: 'busbar', atMost: 1_000 }],
    },
    {
      name: '1,000 regexes',
      unit: 'ns',
      per: 'publish',
      baseline: regexLoop.name,
      contenders: [busbar, busbarJavaScript, regexLoop, floor].map((engine) => publishing(engine, regexLoad)),
      goals: [{ engine: 'busbar', atLeast: 50, against: regexLoop.name }],
    },
    {
      name: '1,000 regexes among 100,000 globs',
      unit: 'ns',
      per: 'publish',
      baseline: regexLoop.name,
      contenders: [busbar, busbarJavaScript, regexLoop, floor].map((engine) => publishing(engine, mixedLoad)),
      goals: [{ engine: 'busbar', atLeast: 50, against: regexLoop.name }],
    },
  ],
}
