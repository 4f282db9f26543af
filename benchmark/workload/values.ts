/** Payloads of some sizes, sixteen of each: no two have the same texts and numbers, all of a size have the same shape. */

/** What is encoded; `value` is what the work is checked by. */
export interface Value {
  readonly value: number
}

/** Some ten members of a record, about 64 bytes. */
export function smallObjects(): readonly Value[] {
  return sixteen((value) => ({
    value,
    type: 'viewed',
    user: `u-${value * 7_919}`,
    page: value * 131,
    active: value % 2 === 0,
  }))
}

/** An order of some items, about 1 KiB. */
export function orders(): readonly Value[] {
  return sixteen((value) => order(value, 9))
}

/** Many such items, about 64 KiB. */
export function largeOrders(): readonly Value[] {
  return sixteen((value) => order(value, 640))
}

/** Texts of several scripts, about 1 KiB. */
export function texts(): readonly Value[] {
  return sixteen((value) => ({
    value,
    title: `Größe ${value} – 漢字`,
    body: 'Żółć, naïve café, Ελληνικά, 日本語テキスト, emoji 😀. '.repeat(12) + value,
    tags: ['größe', 'naïve', '漢字'],
  }))
}

/** What a bus is for besides plain objects: dates, Maps, Sets, BigInt, bytes, about 1 KiB. */
export function types(): readonly Value[] {
  return sixteen((value) => ({
    value,
    at: new Date(1_700_000_000_000 + value * 12_345),
    sizes: new Map(Array.from({ length: 12 }, (_, index) => [`size-${index}`, index * value])),
    tags: new Set(['new', 'sale', `tag-${value}`]),
    total: 2n ** 40n + BigInt(value),
    checksum: new Uint8Array(512).fill(value),
    none: undefined,
  }))
}

function order(value: number, items: number): Value & Record<string, unknown> {
  return {
    value,
    id: `order-${1_000_000 + value}`,
    customer: { name: `Customer ${value}`, mail: `customer.${value}@example.org`, vip: value % 3 === 0 },
    total: 1_234.5 + value / 7,
    currency: 'EUR',
    notes: null,
    items: Array.from({ length: items }, (_, index) => ({
      sku: `sku-${value * 1_000 + index}`,
      title: `Something number ${index} that is sold`,
      quantity: (index % 5) + 1,
      price: 9.99 + index,
      inStock: index % 4 !== 0,
    })),
  }
}

function sixteen(make: (value: number) => Value): readonly Value[] {
  return Array.from({ length: 16 }, (_, value) => make(value))
}
