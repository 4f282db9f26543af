/** Publishes what it is told to over the bus, by whichever way; and remembers who receives what, so that it would show. */
import { bus, ready } from './station.js'

/** Publish under that topic, and say to how many. */
export interface Telling {
  readonly topic: string
  readonly round: number
}

function tell({ topic, round }: Telling): number {
  return bus.publish(topic, round)
}

bus.subscribe('tell.event', (telling: Telling) => {
  const matched = tell(telling)
  bus.publish('told', [telling.round, matched])
})
bus.handle('tell.notification', (telling: Telling) => {
  const matched = tell(telling)
  bus.publish('told', [telling.round, matched])
})
bus.handle('tell.request', tell)
bus.handle('warm', (topic: string) => bus.publisher(topic).matched)
ready()
