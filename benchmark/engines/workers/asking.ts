/** The program of a worker of piscina: one function. */
export default function ask(value: number): number {
  return value + 1
}
