/**
 * From JavaScript into native code and back: our hot calls next to calls in C++ that take the same arguments and do nothing.
 *
 * Fair, because: both are called in a loop of their own with the same arguments, and what they return is added up and
 * checked. node-addon-api is what most addons are written with; it is a thin layer over the C interface that ours uses
 * directly. Ours do their work besides: they look the handle up, look into the inbox, find the receivers of a topic.
 */

import { type CoreBinding, coreBinding } from '../engines/binding.js'
import { versionOf } from '../engines/version.js'
import type { Case, Contender, Variant } from '../harness/case.js'
import { timed } from '../harness/timed.js'
import { type NativeFloor, nativeFloor } from '../native-floor/build.js'

const BASELINE = 'C++ by node-addon-api, which does nothing'
const TOPIC = 'orders.4711.created'

/** What a call into native code costs. */
export const crossing: Case = {
  name: 'crossing',
  title: 'Crossing into native code and back',
  about:
    'Our calls of the hot path, and calls in C++ with the same arguments that do nothing. Ours are made once for each ' +
    'batch of messages, or once for a topic that is not remembered.',
  isolation: 'process',
  variants: [
    variant(
      'a number and a buffer: drain of an empty inbox',
      (floor) => {
        const bytes = new Uint8Array(64)
        return () => floor.numberAndBytes(7, bytes)
      },
      ({ binding, handle }) => {
        const bytes = new Uint8Array(4_096)
        return () => binding.drain(handle, bytes)
      },
      1,
    ),
    variant(
      'a number, a text of 19 characters and an array: who receives a topic',
      (floor) => {
        const words = new Uint32Array(64)
        return () => floor.numberTextAndWords(7, TOPIC, words)
      },
      ({ binding, handle }) => {
        const words = new Uint32Array(64)
        return () => binding.resolve(handle, TOPIC, words)
      },
      0.25,
    ),
  ],
}

function variant(
  name: string,
  floor: (addon: NativeFloor) => () => number,
  ours: (core: CoreBinding) => () => number,
  atLeast: number,
): Variant {
  const baseline = calling(BASELINE, versionOf('node-addon-api'), 'hand-written', () => ({
    call: floor(nativeFloor()),
    close: () => {},
  }))
  const own = calling('busbar', '', 'busbar', () => {
    const core = coreBinding()
    return { call: ours(core), close: () => core.close() }
  })
  const goals: Variant['goals'] = [{ engine: 'busbar', atLeast, against: BASELINE }]
  return { name, unit: 'ns', per: 'call', baseline: BASELINE, contenders: [own, baseline], goals }
}

function calling(
  engine: string,
  version: string,
  role: Contender['role'],
  open: () => { call: () => number; close: () => void },
): Contender {
  return {
    engine,
    version,
    role,
    prepare: (roundMs) => {
      const { call, close } = open()
      const expected = call()
      let sum = 0
      const run = (count: number): void => {
        sum = 0
        for (let turn = 0; turn < count; turn++) sum += call()
      }
      const verify = (count: number): void => {
        if (sum !== count * expected)
          throw new Error(`${count} calls that return ${expected} add up to ${sum}`)
      }
      return timed({ run, verify, close }, roundMs)
    },
  }
}
