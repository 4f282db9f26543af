/** Numbers as people read them. */

/** A whole number with separators: `20,000`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Milliseconds, with as many decimals as help: `0.123 ms`, `4.56 ms`, `78.9 ms`, `1,234 ms`. */
export function milliseconds(value: number): string {
  const decimals = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  return `${value.toLocaleString('en-US', options)} ms`
}

/** A part of a whole in per cent: `49.9 %`. */
export function percent(part: number, all: number): string {
  return `${(all === 0 ? 0 : (100 * part) / all).toFixed(1)} %`
}

/** A number of things: `1 request`, `2 requests`. */
export function quantity(count: number, thing: string): string {
  return `${whole(count)} ${thing}${count === 1 ? '' : 's'}`
}
