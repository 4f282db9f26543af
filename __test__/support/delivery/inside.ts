/** What `delivery/` holds and the package does not export, from where the package is. */
import { dist } from '../inside.js'

const inside = <Module>(path: string): Promise<Module> => import(new URL(`delivery/${path}`, dist).href)

export const { Entry, State } =
  await inside<typeof import('../../../ts/src/delivery/mailbox/entry.js')>('mailbox/entry.js')
export const { Bundle } =
  await inside<typeof import('../../../ts/src/delivery/mailbox/bundle.js')>('mailbox/bundle.js')
export const { Mailbox } =
  await inside<typeof import('../../../ts/src/delivery/mailbox/mailbox.js')>('mailbox/mailbox.js')
export const { MOST_PASSED_OVER } =
  await inside<typeof import('../../../ts/src/delivery/mailbox/lanes.js')>('mailbox/lanes.js')
export const { Offered } =
  await inside<typeof import('../../../ts/src/delivery/mailbox/outcome.js')>('mailbox/outcome.js')
export const { backoffMs } = await inside<typeof import('../../../ts/src/delivery/backoff.js')>('backoff.js')
export const { takesPayloadOnly } =
  await inside<typeof import('../../../ts/src/delivery/front.js')>('front.js')
