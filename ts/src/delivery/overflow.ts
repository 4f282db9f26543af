/** What a full mailbox does with a message, where its endpoint does not say: what suits the verb it was sent with. */
import type { EndpointSettings } from '../options/receive.js'
import type { Overflow } from './mailbox/outcome.js'
import { ReceivedMessage } from './message.js'

/** The policy for one message. */
export function overflowOf({ overflow }: EndpointSettings, message: ReceivedMessage): Overflow {
  const { generation, delivery } = ReceivedMessage.originOf(message)
  // It was accepted by another endpoint before, so it must not be lost here.
  if (delivery?.wasMoved === true) return 'wait'
  const canWait = message.kind !== 'event' || generation !== 0
  if (overflow === 'wait' && !canWait) return 'drop-newest'
  if (overflow !== undefined) return overflow
  if (message.kind === 'request') return 'reject'
  return canWait ? 'wait' : 'drop-newest'
}
