/** Tells the last topic that it saw. */
import { bus, ready } from './station.js'

let seen: string | undefined

bus.subscribe('**', (_: unknown, { topic }) => {
  seen = topic
})
bus.handle('seen', () => seen)
ready()
