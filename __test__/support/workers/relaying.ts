/** Passes on what it is told to whom it is to be told. */
import { bus, ready } from './station.js'

bus.handle('relay', (order: unknown) => bus.request('tell', order))
ready()
