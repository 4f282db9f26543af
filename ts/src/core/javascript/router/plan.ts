/** The table's answer for one topic: who gets it, in what order. One object is used for all answers. */
import type { Entry } from './entry.js'

/** Who receives a topic. */
export class Plan {
  /** Each once; after {@link sort} by falling priority and then by age. */
  readonly subscriptions: Entry[] = []
  /** Each once; after {@link sort} by falling priority, falling specificity, and then by age. */
  readonly handlers: Entry[] = []
  #number = 0

  /** Begins another plan. */
  begin(): void {
    this.#number++
    this.subscriptions.length = 0
    this.handlers.length = 0
  }

  /** Adds entries that match with this specificity; of an endpoint's matches the most specific one counts. */
  add(entries: readonly Entry[], specificity: number): void {
    for (const entry of entries) this.addOne(entry, specificity)
  }

  /** As {@link add}. */
  addOne(entry: Entry, specificity: number): void {
    if (entry.plan !== this.#number) {
      entry.plan = this.#number
      entry.specificity = specificity
      if (entry.isHandler) this.handlers.push(entry)
      else this.subscriptions.push(entry)
    } else if (entry.specificity < specificity) {
      entry.specificity = specificity
    }
  }

  /** To be called when all have been added. */
  sort(): void {
    if (this.subscriptions.length > 1) this.subscriptions.sort(byPriority)
    if (this.handlers.length > 1) this.handlers.sort(byPriorityAndSpecificity)
  }
}

function byPriority(one: Entry, other: Entry): number {
  return other.priority - one.priority || one.endpoint - other.endpoint
}

function byPriorityAndSpecificity(one: Entry, other: Entry): number {
  return other.priority - one.priority || other.specificity - one.specificity || one.endpoint - other.endpoint
}
