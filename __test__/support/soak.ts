/** Whether this is `npm run soak`, which takes its time. */
export const isSoak: boolean = process.env['BUSBAR_SOAK'] === '1'

/** So many in a test, and so many in a soak. */
export function often(inTest: number, inSoak: number): number {
  return isSoak ? inSoak : inTest
}
