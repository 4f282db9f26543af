/** The attributes of spans by the semantic conventions of messaging, version 1.37. */
import type { Attributes } from '@opentelemetry/api'
import type { Message } from '../../contract/messages.js'
import type { SendTrace } from '../../contract/tracing.js'

/** What a span is about. */
export type Operation = 'publish' | 'send' | 'request' | 'process'

/** The name of a span: by the pattern, because there may be any number of topics. */
export function spanName(operation: Operation, pattern: string | undefined): string {
  return pattern === undefined ? operation : `${operation} ${pattern}`
}

/** Of a span of somebody who sends. */
export function sendAttributes(
  { bus, attachment, topic, pattern }: SendTrace,
  operation: Operation,
): Attributes {
  return {
    'messaging.operation.name': operation,
    'messaging.operation.type': 'send',
    ...common(bus, attachment, topic, pattern),
  }
}

/** Of a span of a handler. */
export function processAttributes(bus: string, pattern: string | undefined, message: Message): Attributes {
  const { topic, id, correlationId, sender } = message
  return {
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.message.id': id,
    ...(correlationId !== undefined && { 'messaging.message.conversation_id': correlationId }),
    'messaging.busbar.message.kind': message.kind,
    'messaging.busbar.message.attempt': message.attempt,
    ...common(bus, sender, topic, pattern),
  }
}

function common(bus: string, client: number, topic: string, pattern: string | undefined): Attributes {
  return {
    'messaging.system': 'busbar',
    'messaging.client.id': `${bus}-${client}`,
    'messaging.destination.name': topic,
    ...(pattern !== undefined && { 'messaging.destination.template': pattern }),
  }
}
