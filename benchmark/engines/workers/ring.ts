/** A ring of shared memory between two threads, and the payloads of the benchmark as they lie in it. */
import { Buffer } from 'node:buffer'
import type { Memory, PayloadCodec } from './payload-codec.js'

/** The fastest way to a short text that we know; no part of the package's interface. */
const { shortAscii } = (await import(
  new URL('./codec/msgpack/ascii.js', import.meta.resolve('busbar')).href
)) as typeof import('../../../ts/src/codec/msgpack/ascii.js')

/** What a chunk of the benchmark fits into: nobody waits for room. */
const RING_BYTES = 1 << 24
/** The same with a codec, for objects. Our decoder lets go of larger memory after each value. */
const CODEC_RING_BYTES = (1 << 20) - 16
/** A payload but bytes has no more. */
const MOST_BYTES = 512
/** So much is written before the reader hears of it. */
const BATCH_BYTES = 1 << 16
/** The topic of all of them. */
export const TOPIC = 7
/** The kind of a record that only fills the ring up to its end. */
const PADDING = 0xff

/** Words of a record: its size, its topic and kind, of bytes how many they are; the payload follows. */
const HEAD_BYTES = 12
/** A record begins where a word does. */
const ALIGNMENT = 4

/** Such a copy is made byte by byte. */
const FEW_BYTES = 64

const BYTES = 0
const SMALL_OBJECT = 1
const ORDER = 2
const ENCODED = 3

interface Item {
  sku: string
  price: number
  count: number
}

interface Order {
  value: number
  id: number
  customer: string
  email: string
  currency: string
  paid: boolean
  total: number
  items: Item[]
}

interface SmallObject {
  value: number
  name: string
  isNew: boolean
}

/** One side of the ring; the writer makes it, the reader gets its memory. */
export class Ring {
  readonly memory: SharedArrayBuffer
  readonly #size: number
  /** How much was written and read since the beginning, modulo 2³². */
  readonly #counters: Int32Array
  readonly #bytes: Buffer
  readonly #all: Uint8Array
  readonly #words: Int32Array
  readonly #view: DataView
  readonly #codec: PayloadCodec | undefined
  readonly #place: Memory
  #at = 0
  #told = 0

  /** @param codec - for payloads but bytes; default: they are known by heart */
  constructor(
    codec: PayloadCodec | undefined,
    memory: SharedArrayBuffer = new SharedArrayBuffer(
      (codec === undefined ? RING_BYTES : CODEC_RING_BYTES) + 8,
    ),
  ) {
    this.memory = memory
    this.#size = memory.byteLength - 8
    this.#codec = codec
    this.#counters = new Int32Array(memory, this.#size, 2)
    this.#bytes = Buffer.from(memory as unknown as ArrayBuffer, 0, this.#size)
    this.#all = new Uint8Array(memory, 0, this.#size)
    this.#words = new Int32Array(memory, 0, this.#size / 4)
    this.#view = new DataView(memory, 0, this.#size)
    this.#place = { buffer: memory, bytes: this.#bytes }
  }

  /** Appends a payload. */
  write(payload: unknown): void {
    const most = HEAD_BYTES + (payload instanceof Uint8Array ? payload.length : MOST_BYTES) + ALIGNMENT
    let start = this.#at % this.#size
    if (start + most > this.#size) {
      this.#mustFit(this.#size - start)
      this.#words[start >>> 2] = this.#size - start
      this.#words[(start >>> 2) + 1] = PADDING
      this.#at += this.#size - start
      start = 0
    }
    this.#mustFit(most)
    const end = this.#put(payload, start)
    const next = (end + ALIGNMENT - 1) & -ALIGNMENT
    this.#words[start >>> 2] = next - start
    this.#at += next - start
    if (this.#at - this.#told >= BATCH_BYTES) this.flush()
  }

  /** Tells the reader of what was written. */
  flush(): void {
    if (this.#told === this.#at) return
    this.#told = this.#at
    Atomics.store(this.#counters, 0, this.#at | 0)
    Atomics.notify(this.#counters, 0)
  }

  /** Reads all there is; returns whether there was anything. */
  read(receive: (topic: number, payload: unknown) => void): boolean {
    const end = Atomics.load(this.#counters, 0)
    if (end === (this.#at | 0)) return false
    while ((this.#at | 0) !== end) {
      const start = this.#at % this.#size
      const word = start >>> 2
      const size = this.#words[word] as number
      const head = this.#words[word + 1] as number
      if ((head & 0xff) !== PADDING) receive(head >>> 8, this.#get(head & 0xff, start))
      this.#at += size
    }
    Atomics.store(this.#counters, 1, end)
    return true
  }

  /** Resolves when there is something to read. */
  async more(): Promise<void> {
    const { value } = Atomics.waitAsync(this.#counters, 0, this.#at | 0)
    await value
  }

  #mustFit(bytes: number): void {
    const waiting = ((this.#at | 0) - Atomics.load(this.#counters, 1)) | 0
    if (waiting + bytes > this.#size) throw new Error('the ring is full')
  }

  #put(payload: unknown, start: number): number {
    const at = start + HEAD_BYTES
    if (payload instanceof Uint8Array) {
      this.#head(start, BYTES, payload.length)
      this.#bytes.set(payload, at)
      return at + payload.length
    }
    if (this.#codec !== undefined) {
      const encoded = this.#codec.encode(payload)
      if (encoded.length > MOST_BYTES) throw new Error(`a payload of ${encoded.length} bytes is too large`)
      this.#head(start, ENCODED, encoded.length)
      // A call costs as much as a few bytes.
      if (encoded.length > FEW_BYTES) this.#bytes.set(encoded, at)
      else
        for (let index = 0; index < encoded.length; index++)
          this.#bytes[at + index] = encoded[index] as number
      return at + encoded.length
    }
    if ('customer' in (payload as object)) {
      this.#head(start, ORDER, 0)
      return this.#putOrder(payload as Order, at)
    }
    this.#head(start, SMALL_OBJECT, 0)
    const { value, name, isNew } = payload as SmallObject
    this.#view.setInt32(at, value)
    this.#bytes[at + 4] = isNew ? 1 : 0
    return this.#putText(name, at + 5)
  }

  #head(start: number, kind: number, length: number): void {
    this.#words[(start >>> 2) + 1] = kind | (TOPIC << 8)
    this.#words[(start >>> 2) + 2] = length
  }

  #putOrder(order: Order, start: number): number {
    const view = this.#view
    view.setInt32(start, order.value)
    view.setInt32(start + 4, order.id)
    view.setFloat64(start + 8, order.total)
    this.#bytes[start + 16] = order.paid ? 1 : 0
    let at = this.#putText(order.customer, start + 17)
    at = this.#putText(order.email, at)
    at = this.#putText(order.currency, at)
    this.#bytes[at++] = order.items.length
    for (const { sku, price, count } of order.items) {
      view.setFloat64(at, price)
      view.setInt32(at + 8, count)
      at = this.#putText(sku, at + 12)
    }
    return at
  }

  #putText(text: string, at: number): number {
    const { length } = text
    this.#bytes[at++] = length
    for (let index = 0; index < length; index++) this.#bytes[at + index] = text.charCodeAt(index)
    return at + length
  }

  #get(kind: number, start: number): unknown {
    const at = start + HEAD_BYTES
    switch (kind) {
      case BYTES:
        return this.#all.slice(at, at + (this.#words[(start >>> 2) + 2] as number))
      case ENCODED:
        return this.#codec?.decode(this.#place, at, at + (this.#words[(start >>> 2) + 2] as number))
      case ORDER:
        return this.#getOrder(at)
      default: {
        const value = this.#view.getInt32(at)
        const isNew = this.#bytes[at + 4] === 1
        return { value, name: this.#getText(at + 5), isNew }
      }
    }
  }

  #getOrder(start: number): Order {
    const view = this.#view
    let at = start + 17
    const customer = this.#getText(at)
    at += 1 + customer.length
    const email = this.#getText(at)
    at += 1 + email.length
    const currency = this.#getText(at)
    at += 1 + currency.length
    const count = this.#bytes[at++] as number
    const items = new Array<Item>(count)
    for (let index = 0; index < count; index++) {
      const sku = this.#getText(at + 12)
      items[index] = { sku, price: view.getFloat64(at), count: view.getInt32(at + 8) }
      at += 13 + sku.length
    }
    return {
      value: view.getInt32(start),
      id: view.getInt32(start + 4),
      customer,
      email,
      currency,
      paid: this.#bytes[start + 16] === 1,
      total: view.getFloat64(start + 8),
      items,
    }
  }

  #getText(at: number): string {
    return shortAscii(this.#bytes, at + 1, this.#bytes[at] as number)
  }
}
