/** Fails in the way that its argument says; what Node.js itself says of it is the test. */
import { open } from 'busbar'

const bus = open('failing')
const fail = (): never => {
  throw new Error('boom')
}

switch (process.argv[2]) {
  case 'flood':
    bus.subscribe('a', fail)
    for (let index = 0; index < 1_000; index++) bus.publish('a', index)
    console.log('published')
    break
  case 'request':
    bus.handle('q', fail)
    await bus.request('q', 0).catch((error) => console.log(error.code))
    break
  case 'notification': {
    bus.handle('q', fail)
    const { accepted } = await bus.send('q', 0)
    console.log('accepted', accepted)
    break
  }
  case 'listener': {
    const uncaught = new Promise<void>((resolve) => {
      process.once('uncaughtException', (error) => {
        console.log('uncaught:', error.message)
        resolve()
      })
    })
    bus.events.on('failure', () => {
      throw new Error('of the listener')
    })
    bus.subscribe('a', fail, { priority: 1 })
    bus.subscribe('a', () => console.log('other received'))
    console.log('published to', bus.publish('a', 0))
    await uncaught
    await bus.close()
    console.log('closed')
  }
}
await bus.close()
