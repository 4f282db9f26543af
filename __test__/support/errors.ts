/** Errors of an application, registered in each thread that imports this. */
import { registerError } from 'busbar'

/** Registered under its own name. */
export class SoldOut extends Error {
  readonly item: string
  static made = 0

  constructor(item: string) {
    super(`${item} is sold out`)
    this.item = item
    SoldOut.made++
  }

  override get name(): string {
    return 'SoldOut'
  }

  /** Whether it is that item. */
  concerns(item: string): boolean {
    return this.item === item
  }
}

/** Not registered; the class above it is. */
export class SoldOutToday extends SoldOut {
  override get name(): string {
    return 'SoldOutToday'
  }
}

/** Its property has a getter on the class, and its name needs what only the constructor makes. */
export class Private extends RangeError {
  readonly #secret: string

  constructor(secret: string) {
    super('with a secret')
    this.#secret = secret
  }

  override get name(): string {
    return `Private(${this.#secret.length})`
  }

  get own(): string {
    return 'of the class'
  }
}

registerError(SoldOut)
registerError(Private, 'an error with a private field')
