/** Random operations on deliveries: each core does what the model says, and where nothing is left to choose, both do the same. */
import { deepStrictEqual } from 'node:assert'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { deliveringCores } from '../support/core/delivering.js'
import { DeliveryRun, type Operation, operations } from '../support/core/delivery-run.js'
import { seedOf } from '../support/seed.js'

const RUNS = 1_500

/** Looks for operations after which the property does not hold; of a failure, the shortest list that leads to it is told. */
function check(t: ExecutionContext, property: fc.IProperty<[Operation[]]>): void {
  const { counterexample, errorInstance } = fc.check(property, { seed: seedOf(t), numRuns: RUNS })
  if (counterexample === null) t.pass()
  else {
    t.log(JSON.stringify(counterexample[0]))
    throw errorInstance
  }
}

for (const name of deliveringCores) {
  test(`deliveries (${name}): whatever is done, each message is where the model says that it may be`, (t) => {
    let count = 0
    const property = fc.property(operations, (all) => {
      new DeliveryRun(name, `${t.title} ${count++}`, false).do(all)
    })
    check(t, property)
  })
}

test('deliveries: where nothing is left to choose, all cores do the same', (t) => {
  let count = 0
  let moved = 0
  let lapsed = 0
  let refused = 0
  const property = fc.property(operations, (all) => {
    const [first, ...others] = deliveringCores.map((name) => {
      const run = new DeliveryRun(name, `${t.title} ${name} ${count++}`, true)
      run.do(all)
      return run.log
    })
    for (const line of first ?? []) {
      if (/^(?:leave|register|unregister|release)/.test(line)) moved += line.split(' to ').length - 1
      lapsed += line.split(' lapsed').length - 1
      if (/^claim.*false$/.test(line)) refused++
    }
    for (const other of others) deepStrictEqual(other, first)
  })
  check(t, property)
  t.log(`${moved} moved, ${lapsed} lapsed, ${refused} ids refused; on ${deliveringCores.join(' and ')}`)
  t.true(moved > RUNS && lapsed > RUNS / 3 && refused > RUNS / 8, 'or the test tests little')
})
