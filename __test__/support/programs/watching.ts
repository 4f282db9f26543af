/** Watches who joins and leaves, and does nothing else: the process ends all the same. */
import { open } from 'busbar'

const bus = open('watching')
const directory = bus.directory()
directory.on('joined', ({ pattern }) => console.log('joined', pattern))
directory.on('left', ({ pattern }) => console.log('left', pattern))

const subscription = bus.subscribe('a', () => {})
setImmediate(() => {
  void subscription.unsubscribe()
  // This change is still to be told when nothing keeps the process any more.
  console.log('unsubscribed')
})
