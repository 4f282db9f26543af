/** The tree of a regular expression, as far as anybody here asks about it. */

/** Alternatives, each of which is a sequence of terms. */
export type Disjunction = readonly (readonly Term[])[]

/** Flags that a group changes for what is in it. */
export interface Modifiers {
  readonly on: string
  readonly off: string
}

/** A term; `at` is the index of the source at which it begins. */
export type Term =
  /** One character, which is a UTF-16 code unit, or with `u` and `v` a code point. */
  | { readonly kind: 'character'; readonly value: number }
  /** One of several characters; with `v` perhaps also a text of another length. */
  | { readonly kind: 'set'; readonly only: number | undefined; readonly hasStrings: boolean }
  | { readonly kind: 'start' }
  | { readonly kind: 'boundary' }
  | {
      readonly kind: 'group'
      readonly at: number
      readonly isNamed: boolean
      readonly modifiers: Modifiers | undefined
      readonly body: Disjunction
    }
  | {
      readonly kind: 'quantifier'
      readonly at: number
      readonly term: Term
      readonly min: number
      readonly max: number
    }
