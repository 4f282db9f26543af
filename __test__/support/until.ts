/** Waits for what has to come, however long a busy machine takes. */

/** Long enough for any machine; what has not come by then does not. */
const MOST_MS = 20_000

/** Lets the event loop turn until `holds` does; rejects when it never does. */
export async function until(holds: () => boolean, what = 'what was waited for'): Promise<void> {
  const startMs = performance.now()
  while (!holds()) {
    if (performance.now() - startMs > MOST_MS) throw new Error(`${what} has not come`)
    await new Promise(setImmediate)
  }
}
