/** Requests from other threads that have not been answered: found by what their callers call them. */
import { ReceivedMessage } from './message.js'

/** The open requests of one attachment. */
export class OpenRequests {
  /** By sender, and by slot: a sender uses few slots, again and again. */
  readonly #bySender = new Map<number, (ReceivedMessage | undefined)[]>()

  /** Remembers a request until it is answered. */
  add(message: ReceivedMessage): void {
    const { sender, slot } = ReceivedMessage.originOf(message)
    let slots = this.#bySender.get(sender)
    if (slots === undefined) {
      slots = []
      this.#bySender.set(sender, slots)
    }
    slots[slot] = message
  }

  /** The request of a caller's correlation; undefined when it was answered. */
  get(sender: number, slot: number, generation: number): ReceivedMessage | undefined {
    const message = this.#bySender.get(sender)?.[slot]
    return message !== undefined && ReceivedMessage.originOf(message).generation === generation
      ? message
      : undefined
  }

  /** It needs no answer any more. */
  delete({ sender, slot, generation }: { sender: number; slot: number; generation: number }): void {
    const slots = this.#bySender.get(sender)
    if (slots !== undefined && this.get(sender, slot, generation) !== undefined) slots[slot] = undefined
  }

  /** Forgets all requests of an attachment, and returns those that were open. */
  deleteAll(sender: number): ReceivedMessage[] {
    const slots = this.#bySender.get(sender) ?? []
    this.#bySender.delete(sender)
    return slots.filter((message) => message !== undefined)
  }
}
