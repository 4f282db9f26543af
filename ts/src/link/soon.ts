/** Work behind the microtasks that are queued. */

const DONE = Promise.resolve()

/** Calls `act` as a microtask. By `queueMicrotask()` it would be an `AsyncResource` and a bound function more. */
export function soon(act: () => void): void {
  void DONE.then(act)
}
