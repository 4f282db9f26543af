/** Short texts of ASCII: a call into Node.js would take longer than the text. */

/** The longest text that {@link shortAscii} makes. */
export const SHORT_BYTES = 16

const of = String.fromCharCode

/** The text of 0 to 16 bytes, each below 0x80. In one call, because a text that is put together would stay in pieces. */
export function shortAscii(bytes: Uint8Array, at: number, length: number): string {
  if (length === 0) return ''
  const a = bytes[at] as number
  if (length === 1) return of(a)
  const b = bytes[at + 1] as number
  if (length === 2) return of(a, b)
  const c = bytes[at + 2] as number
  if (length === 3) return of(a, b, c)
  const d = bytes[at + 3] as number
  if (length === 4) return of(a, b, c, d)
  const e = bytes[at + 4] as number
  if (length === 5) return of(a, b, c, d, e)
  const f = bytes[at + 5] as number
  if (length === 6) return of(a, b, c, d, e, f)
  const g = bytes[at + 6] as number
  if (length === 7) return of(a, b, c, d, e, f, g)
  const h = bytes[at + 7] as number
  if (length === 8) return of(a, b, c, d, e, f, g, h)
  const i = bytes[at + 8] as number
  if (length === 9) return of(a, b, c, d, e, f, g, h, i)
  const j = bytes[at + 9] as number
  if (length === 10) return of(a, b, c, d, e, f, g, h, i, j)
  const k = bytes[at + 10] as number
  if (length === 11) return of(a, b, c, d, e, f, g, h, i, j, k)
  const l = bytes[at + 11] as number
  if (length === 12) return of(a, b, c, d, e, f, g, h, i, j, k, l)
  const m = bytes[at + 12] as number
  if (length === 13) return of(a, b, c, d, e, f, g, h, i, j, k, l, m)
  const n = bytes[at + 13] as number
  if (length === 14) return of(a, b, c, d, e, f, g, h, i, j, k, l, m, n)
  const o = bytes[at + 14] as number
  if (length === 15) return of(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)
  const p = bytes[at + 15] as number
  return of(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
}
