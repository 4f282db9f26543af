/** Fails as often as a request says. */
import type { Message } from 'busbar'
import { bus, ready } from './station.js'

bus.handle('flaky', (failures: number, { attempt }: Message) => {
  bus.publish('flaky.attempt', attempt)
  if (attempt <= failures) throw Object.assign(new Error('not yet'), { retryable: true })
  return 'at last'
})
ready()
