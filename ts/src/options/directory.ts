/** The filter of `directory()`. */
import type { DirectoryFilter } from '../contract/directory.js'
import { members, oneOf, text, texts } from './check.js'

const KNOWN = ['role', 'name', 'service', 'pool', 'metadata', 'topic']

/** Checks a filter. */
export function directoryFilter(filter: DirectoryFilter | undefined): DirectoryFilter {
  const given = members('directory()', filter, KNOWN)
  return {
    role: oneOf('role', given['role'], undefined, ['subscription', 'handler']),
    name: text('name', given['name']),
    service: text('service', given['service']),
    pool: text('pool', given['pool']),
    metadata: texts('metadata', given['metadata']),
    topic: text('topic', given['topic']),
  }
}
