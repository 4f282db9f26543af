/** Whether two types are the same, not just assignable to each other: `any` equals nothing but `any`. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Fails to compile unless every row is `true`; the compiler points at the row. */
export function holds<_Rows extends readonly true[]>(): true {
  return true
}

/** Compiles a piece of code without running it. */
export function compiles(_code: () => unknown): true {
  return true
}
