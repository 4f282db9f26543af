/** Passes on what is to be told: a third thread between the one that subscribes and the one that publishes. */
import { bus, ready } from './station.js'

bus.subscribe('pass.event', (telling) => void bus.publish('tell.event', telling))
bus.handle('pass.request', (telling) => bus.request('tell.request', telling))
ready()
