/** The options of `subscribe()` and `handle()`. */
import type { ReceiveOptions } from '../contract/options.js'
import { flag, integer, label, MAX_INTEGER, members, texts } from './check.js'

/** Complete options of an endpoint. */
export interface EndpointSettings {
  readonly name: string | undefined
  readonly replace: boolean
  readonly service: string | undefined
  readonly pool: string | undefined
  readonly weight: number
  readonly priority: number
  readonly concurrency: number
  readonly capacity: number
  readonly metadata: Readonly<Record<string, string>> | undefined
}

const KNOWN = [
  'name',
  'replace',
  'service',
  'pool',
  'weight',
  'priority',
  'concurrency',
  'capacity',
  'metadata',
]

/** Checks the options of a receiver and completes them; `owner` is the verb that they were given to. */
export function endpointSettings(owner: string, options: ReceiveOptions | undefined): EndpointSettings {
  const given = members(owner, options, KNOWN)
  return {
    name: label('name', given['name']),
    replace: flag('replace', given['replace'], false),
    service: label('service', given['service']),
    pool: label('pool', given['pool']),
    weight: integer('weight', given['weight'], 1, 1),
    priority: integer('priority', given['priority'], 0, -(2 ** 31), MAX_INTEGER),
    concurrency: integer('concurrency', given['concurrency'], 1_000, 1),
    capacity: integer('capacity', given['capacity'], 1_024, 1),
    metadata: texts('metadata', given['metadata']),
  }
}
