/** Who answers, by label. */
import type { Address, Bus, ReceiveOptions, Registration, RequestOptions } from 'busbar'

/** Registers a handler that answers with `label`. */
export function answer(
  bus: Bus,
  pattern: string | RegExp,
  label: string,
  options?: ReceiveOptions,
): Registration {
  return bus.handle(pattern, () => label, options)
}

/** The answers to so many requests, one after the other. */
export async function ask(
  bus: Bus,
  target: string | Address,
  times: number,
  options?: RequestOptions,
): Promise<string[]> {
  const answers: string[] = []
  for (let index = 0; index < times; index++) {
    answers.push((await bus.request(target as Address, 0, options)) as string)
  }
  return answers
}

/** How often each occurs. */
export function tally(labels: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return counts
}
