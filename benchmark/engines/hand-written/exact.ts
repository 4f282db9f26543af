/** What one writes by hand for exact topics: a table of lists, and a loop. No isolation of errors, no counting. */
import type { Receiver } from '../../workload/tally.js'
import type { Engine } from '../engine.js'

/** An object without a prototype. */
export const objectOfLists: Engine = {
  name: 'hand-written, object of arrays',
  version: '',
  role: 'hand-written',
  open: () => {
    const table: Record<string, Receiver[]> = Object.create(null)
    return {
      add: (topic, receiver) => {
        const list = table[topic as string]
        if (list === undefined) table[topic as string] = [receiver]
        else list.push(receiver)
      },
      publish: (topic, payload) => {
        const list = table[topic]
        if (list === undefined) return
        for (let index = 0; index < list.length; index++) list[index]?.(payload)
      },
    }
  },
}

/** A `Map`. */
export const mapOfLists: Engine = {
  name: 'hand-written, Map of arrays',
  version: '',
  role: 'hand-written',
  open: () => {
    const table = new Map<string, Receiver[]>()
    return {
      add: (topic, receiver) => {
        const list = table.get(topic as string)
        if (list === undefined) table.set(topic as string, [receiver])
        else list.push(receiver)
      },
      publish: (topic, payload) => {
        const list = table.get(topic)
        if (list === undefined) return
        for (let index = 0; index < list.length; index++) list[index]?.(payload)
      },
    }
  },
}
