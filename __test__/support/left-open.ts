import { setTimeout as sleep } from 'node:timers/promises'

/** What keeps the thread alive now and was not there `before`, see `process.getActiveResourcesInfo()`. */
export function leftOpen(before: readonly string[]): string[] {
  const known = [...before]
  return process.getActiveResourcesInfo().filter((resource) => {
    const index = known.indexOf(resource)
    if (index < 0) return true
    known.splice(index, 1)
    return false
  })
}

/** Waits, for a while, until nothing is left open: what Node.js has closed it lets go of in the turns after that. */
export async function closed(before: readonly string[]): Promise<void> {
  for (let turn = 0; turn < 1_000 && leftOpen(before).length > 0; turn++) await sleep(1)
}
