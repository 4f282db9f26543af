/** Busbar in one thread, through its public interface with everything on. */
import { type CoreName, open } from 'busbar'
import type { RequestEngine } from './engine.js'

/** More than are ever asked at a time. */
const MANY = 2_000_000

let opened = 0

/** As it is installed. */
export const busbarRequests: RequestEngine = engine('busbar', 'busbar', 'native')

/** The same facade on the JavaScript core. */
export const busbarRequestsJavaScript: RequestEngine = engine(
  'busbar on the JavaScript core',
  'javascript core',
  'javascript',
)

function engine(name: string, role: RequestEngine['role'], core: CoreName): RequestEngine {
  return {
    name,
    version: '',
    role,
    open(answer) {
      const bus = open(`requests ${++opened}`, { core })
      bus.handle('ask', answer, { concurrency: MANY })
      return {
        // Its default time-out is that of all the others.
        ask: (value) => bus.request('ask', value) as Promise<number>,
        close: async () => {
          await bus.close({ timeout: 0 })
        },
      }
    },
  }
}
