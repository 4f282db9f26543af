/** What the native addon exports, by hand: the declaration that its build writes is compared with this in a test. */

/** The native addon. */
export interface Binding {
  version(): string
  frameLayout(): Record<string, number>
  attach(
    name: string,
    options: string,
    asked: boolean,
    wake: () => void,
  ): { handle: number; id: number; options: string }
  detach(handle: number): void
  register(
    handle: number,
    pattern: string,
    flags: string | undefined,
    isHandler: boolean,
    priority: number,
  ): { endpoint: number; exact?: string }
  unregister(handle: number, endpoint: number): boolean
  withdraw(handle: number, endpoint: number): boolean
  withdrawn(handle: number, topic: string): number[]
  sync(handle: number, token: number): number[]
  nowMs(handle: number): number
  undeliverable(handle: number): number
  checkTopic(topic: string): void
  submit(handle: number, buffer: Uint8Array, length: number): number
  drain(handle: number, buffer: Uint8Array): number
  resolve(handle: number, topic: string, words: Uint32Array): number
}
