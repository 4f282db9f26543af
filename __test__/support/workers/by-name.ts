/** Connects to a bus whose name it knows; nothing was handed to this thread. */
import { open } from 'busbar'

const bus = open('the name alone')
bus.handle('double', (n: number) => n * 2)
bus.subscribe('leave', () => void bus.close())
bus.publish('arrived', { from: 'a worker' })
