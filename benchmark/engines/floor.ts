/** No bus: each message is given to a receiver directly. What remains is what the workload itself costs. */
import type { Receiver } from '../workload/tally.js'
import type { Engine } from './engine.js'

/** Calls the receivers in turn, whatever the topic. */
export const floor: Engine = {
  name: 'no bus: the receiver is called',
  version: '',
  role: 'floor',
  open: () => {
    const receivers: Receiver[] = []
    let at = 0
    return {
      add: (_, receiver) => {
        if (receivers.length < 64) receivers.push(receiver)
      },
      publish: (_, payload) => {
        if (++at >= receivers.length) at = 0
        receivers[at]?.(payload)
      },
    }
  },
}
