/** What is sent to other threads: a new object for each message, with a number in it that the receiver adds up. */

/** A kind of payload. */
export interface ParcelKind {
  readonly name: string
  /** How many are sent before the receiver is asked how far it is: what may be on its way at a time. */
  readonly chunk: number
  make(index: number): unknown
}

/** How many different numbers there are. */
const VALUES = 16

/** So many bytes. */
export function bytes(size: number, chunk: number): ParcelKind {
  return {
    name: size < 1_024 ? `${size} B` : `${size / 1_024} KiB`,
    chunk,
    make: (index) => {
      const payload = new Uint8Array(size)
      payload[0] = index % VALUES
      return payload
    },
  }
}

const smallObject: ParcelKind = {
  name: 'small object',
  chunk: 10_000,
  make: (index) => ({ value: index % VALUES, name: 'a name', isNew: true }),
}

const order: ParcelKind = {
  name: 'order of 8 fields and 2 items',
  chunk: 5_000,
  make: (index) => ({
    value: index % VALUES,
    id: 1_000_000 + index,
    customer: 'ada lovelace',
    email: 'ada@example.org',
    currency: 'EUR',
    paid: true,
    total: 59.97,
    items: [
      { sku: 'sku-1234', price: 19.99, count: 1 },
      { sku: 'sku-5678', price: 19.99, count: 2 },
    ],
  }),
}

/** Them all. */
export const parcels = {
  bytes64: bytes(64, 10_000),
  bytes1Ki: bytes(1_024, 4_000),
  bytes64Ki: bytes(65_536, 128),
  smallObject,
  order,
} as const

/** The number in a payload. */
export function numberIn(payload: unknown): number {
  return payload instanceof Uint8Array ? (payload[0] ?? 0) : (payload as { value: number }).value
}

/** What the numbers of `count` payloads add up to, of which the first has the index 0. */
export function sumOf(count: number): number {
  const rest = count % VALUES
  return (Math.floor(count / VALUES) * VALUES * (VALUES - 1)) / 2 + (rest * (rest - 1)) / 2
}
