import test from 'ava'
import fc from 'fast-check'
import { Correlation } from '../support/inside.js'
import { seedOf } from '../support/seed.js'

/** A waiter that counts how often it was let go of. */
function waiter(endpoint: number): { endpoint: number; released: number; asked: object } {
  const one = { endpoint, released: 0, asked: {} }
  one.asked = {
    topic: 'q',
    timeoutMs: 1,
    isNotification: false,
    endpoint,
    attachment: endpoint % 3,
    fulfil: () => {},
    reject: () => {},
    release: () => void one.released++,
  }
  return one
}

const step = fc.oneof(
  fc.record({ what: fc.constant('open' as const), which: fc.nat({ max: 5 }) }),
  fc.record({ what: fc.constantFrom('close' as const, 'answer' as const), which: fc.nat() }),
  fc.record({ what: fc.constant('gone' as const), which: fc.nat({ max: 2 }) }),
)

test('correlation: each use of a slot ends once, whoever asks for it how often', (t) => {
  const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    let emptied = 0
    const correlation = new Correlation(() => emptied++)
    const uses: { slot: number; generation: number; one: ReturnType<typeof waiter>; isOpen: boolean }[] = []
    let late = 0
    for (const { what, which } of steps) {
      if (what === 'open') {
        const one = waiter(which)
        const slot = correlation.open(one.asked as Parameters<typeof correlation.open>[0])
        uses.push({ slot, generation: correlation.generation(slot), one, isOpen: true })
      } else if (what === 'gone') {
        const gone = uses.filter(({ one, isOpen }) => isOpen && one.endpoint % 3 === which)
        const closed = correlation.closeWhere(({ attachment }) => attachment === which)
        t.is(closed.length, gone.length)
        for (const use of gone) use.isOpen = false
      } else if (uses.length > 0) {
        const use = uses[which % uses.length] as (typeof uses)[number]
        const { slot, generation, one, isOpen } = use
        t.is(correlation.isOpen(slot, generation), isOpen)
        t.is(correlation.get(slot, generation), (isOpen ? one.asked : undefined) as undefined)
        t.is(correlation[what](slot, generation), (isOpen ? one.asked : undefined) as undefined)
        if (what === 'answer' && !isOpen) late++
        use.isOpen = false
      }
      const open = uses.filter(({ isOpen }) => isOpen)
      t.is(correlation.pending, open.length)
      t.is(correlation.pendingOf(1), open.filter(({ one }) => one.endpoint === 1).length)
    }
    for (const { one, isOpen } of uses) t.is(one.released, isOpen ? 0 : 1)
    t.is(correlation.late, late)
    t.true(emptied <= uses.length)
  })
  fc.assert(property, { numRuns: 300, seed: seedOf(t) })
})
