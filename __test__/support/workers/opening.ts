/** Opens, uses and closes the buses that it is told to. */
import { type OpenOptions, open } from 'busbar'
import { bus, ready } from './station.js'

interface Order {
  readonly name: string
  readonly options?: OpenOptions
  readonly topic: string
  readonly payload: unknown
}

function attempt(act: () => unknown, done: string): unknown {
  try {
    act()
    return done
  } catch (error) {
    const { code, message } = error as Error & { code: string }
    return { code, message }
  }
}

bus.handle('open', ({ name, options }: Order) => attempt(() => open(name, options), 'opened'))
bus.handle('publish', ({ name, topic, payload }: Order) =>
  attempt(() => open(name).publish(topic, payload), 'published'),
)
bus.handle('close', async ({ name }: Order) => {
  await open(name).close()
  return 'closed'
})
ready()
