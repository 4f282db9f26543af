/** A contract whose topics have codecs, for two threads. */
import { defineContract, event, notification, request } from 'busbar'
import { point } from './point.js'
import { reversed } from './reversed.js'

/** Topics by the codec that they have; `plain.**` has that of the bus. */
export const contract = defineContract({
  'json.echo': request<unknown, unknown>({ codec: 'json' }),
  'clone.*': request<unknown, unknown>({ codec: 'structured-clone' }),
  'bytes.echo': request<unknown, unknown>({ codec: 'bytes' }),
  'point.echo': request<unknown, unknown>({ codec: point.name }),
  'own.echo': request<unknown, unknown>({ codec: reversed.name }),
  'own.failing': notification<unknown>({
    codec: reversed.name,
    guarantee: 'at-least-once',
    retry: { attempts: 1 },
  }),
  'own.later': event<unknown>({ codec: reversed.name }),
  'plain.**': request<unknown, unknown>(),
})
