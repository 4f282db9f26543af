/** Handles with spans, and asks on; sends the spans of its thread when it is asked for them. */
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { instrument } from 'busbar/opentelemetry'
import { Spans } from '../spans.js'
import { bus, ready } from './station.js'

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
const spans = new Spans()
instrument(bus, spans.options)
bus.handle('price.*', async (item: string) => {
  await null
  const stock = (await bus.request(`stock.${item}`, item)) as number
  bus.publish(`priced.${item}`, stock)
  return stock * 2
})
bus.subscribe('news.*', () => {})
bus.handle('spans', () => spans.finished())
ready()
