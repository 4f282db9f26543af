/** Subscribes and unsubscribes as it is told to, and counts what comes. */
import type { Subscription } from 'busbar'
import { bus, ready } from './station.js'

let subscription: Subscription | undefined
let count = 0

bus.handle('subscribe', (pattern: string) => {
  subscription = bus.subscribe(pattern, () => void count++)
})
bus.handle('unsubscribe', () => subscription?.unsubscribe())
bus.handle('count', () => count)
ready()
