/** Exact topics. */
import { internalized } from './internalized.js'
import type { Cut } from './loop.js'

/** `count` different topics, cut where a template literal would have its hole. */
export function cutNames(count: number): Cut[] {
  return Array.from({ length: count }, (_, number) => ({ head: `orders.${number}`, tail: '.created' }))
}

/** The topics of {@link cutNames}, as literals would hold them. */
export function names(count: number): string[] {
  return cutNames(count).map(({ head, tail }) => internalized(head + tail))
}
