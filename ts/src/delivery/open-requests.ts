/** Requests from other threads that have not been answered: found by what their callers call them. */
import type { Unseen } from './current-request.js'
import { type Origin, ReceivedMessage } from './message.js'

/** A request: its message, or its origin where no message has been made of it. */
export type OpenRequest = ReceivedMessage | (Origin & Unseen)

/** The open requests of one attachment. */
export class OpenRequests {
  /** By sender, and by slot: a sender uses few slots, again and again. */
  readonly #bySender = new Map<number, (OpenRequest | undefined)[]>()
  // As a rule, one after the other comes from the same.
  #lastSender = 0
  #lastSlots: (OpenRequest | undefined)[] | undefined

  /** Remembers a request until it is answered. */
  add(request: OpenRequest): void {
    const { sender, slot } = originOf(request)
    let slots = this.#slotsOf(sender)
    if (slots === undefined) {
      slots = []
      this.#bySender.set(sender, slots)
    }
    slots[slot] = request
  }

  /** The request of a caller's correlation; undefined when it was answered. */
  get(sender: number, slot: number, generation: number): ReceivedMessage | undefined {
    const request = this.#slotsOf(sender)?.[slot]
    return request !== undefined && originOf(request).generation === generation
      ? messageOf(request)
      : undefined
  }

  /** It needs no answer any more. */
  delete({ sender, slot, generation }: Pick<Origin, 'sender' | 'slot' | 'generation'>): void {
    const slots = this.#slotsOf(sender)
    const request = slots?.[slot]
    if (slots === undefined || request === undefined) return
    if (originOf(request).generation === generation) slots[slot] = undefined
  }

  /** Forgets all requests of an attachment, and returns those that were open. */
  deleteAll(sender: number): ReceivedMessage[] {
    const slots = this.#slotsOf(sender) ?? []
    this.#bySender.delete(sender)
    this.#lastSlots = undefined
    return slots.filter((request) => request !== undefined).map(messageOf)
  }

  #slotsOf(sender: number): (OpenRequest | undefined)[] | undefined {
    if (this.#lastSlots === undefined || this.#lastSender !== sender) {
      this.#lastSlots = this.#bySender.get(sender)
      this.#lastSender = sender
    }
    return this.#lastSlots
  }
}

function originOf(request: OpenRequest): Origin {
  return request instanceof ReceivedMessage ? ReceivedMessage.originOf(request) : request
}

function messageOf(request: OpenRequest): ReceivedMessage {
  return request instanceof ReceivedMessage ? request : request.made()
}
