/** Publishes and asks what it is told to, at once. */
import { bus, ready } from './station.js'

bus.handle('tell', ({ topic, payload }: { topic: string; payload: unknown }) => bus.publish(topic, payload))
bus.handle('ask', (topic: string) => bus.request(topic, 0).catch((error) => error.code))
ready()
