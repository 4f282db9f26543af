/** What the attachments of one bus share. As a rule there is one: a thread opens a bus once. */

import { internal } from '../../errors.js'
import type { Bounds, Standing } from '../core.js'
import * as layout from '../native/layout.js'
import { Alarms } from './alarms.js'
import { type Clock, realTime, VirtualTime } from './clock.js'
import { Deliveries } from './delivery/deliveries.js'
import { DeadLetters } from './delivery/letters.js'
import { Peers } from './delivery/peers.js'
import { Retained } from './delivery/retained.js'
import { Schedule } from './delivery/schedule.js'
import { Successors } from './delivery/successors.js'
import type { Window } from './delivery/window.js'
import { Windows } from './delivery/windows.js'
import { addresses, Directory, isRouted, type Registered } from './directory.js'
import { controlFrame, forwarded, laneOf, wordOf } from './frames.js'
import type { Inbox } from './inbox.js'
import { Room } from './room.js'
import { Table } from './router/table.js'
import { Sums } from './sums.js'

/** Attachment and endpoint ids; 0 is nobody. Of all buses, so that what is made of them is unique in the process. */
let nextId = 1

/** A bus. */
export class Bus {
  readonly name: string
  /** The options of the first opener, as canonical JSON. */
  readonly options: string
  /** How many bytes may wait in the inbox of each attachment. */
  readonly inboxBytes: number
  /** For what is held, and what is scheduled. */
  readonly heldRoom: Room
  readonly clock: Clock
  readonly table: Table = new Table()
  readonly directory: Directory = new Directory()
  /** The inboxes by attachment. */
  readonly members: Map<number, Inbox> = new Map()
  readonly deliveries: Deliveries
  readonly letters: DeadLetters = new DeadLetters()
  readonly retained: Retained = new Retained()
  readonly schedule: Schedule
  readonly sums: Sums = new Sums()
  readonly #alarms: Alarms
  readonly #peers = new Peers()
  readonly #successors: Successors
  readonly #windows: Windows

  constructor(name: string, options: string, { inboxBytes, heldBytes }: Bounds, virtualTime: boolean) {
    this.name = name
    this.options = options
    this.inboxBytes = inboxBytes
    this.heldRoom = new Room(heldBytes)
    const clock = virtualTime ? new VirtualTime() : realTime
    const alarms = new Alarms(clock)
    const peers = this.#peers
    const successors = new Successors(this.table, peers)
    const windows = new Windows(clock, alarms)
    this.clock = clock
    const { members, heldRoom } = this
    this.deliveries = new Deliveries({ clock, alarms, members, peers, successors, windows, heldRoom })
    this.schedule = new Schedule(clock, alarms, heldRoom, this.#due)
    this.#alarms = alarms
    this.#successors = successors
    this.#windows = windows
  }

  nextId(): number {
    return nextId++
  }

  /** Changes how an endpoint is, and tells all attachments but its own; returns whether it has changed. */
  stand(registered: Registered, standing: Standing): boolean {
    const before = registered.standing
    if (before === undefined) return false
    const { word, isOut, isSilent } = standing
    if (before.word === word && before.isOut === isOut && before.isSilent === isSilent) return false
    const wasRouted = isRouted(registered)
    registered.standing = standing
    const isBack = isRouted(registered) && !wasRouted
    if (isBack) this.#insert(registered)
    else if (wasRouted && !isRouted(registered)) this.#takeOut(registered)
    this.tellChange(registered.entry.attachment, registered)
    if (isBack) this.deliveries.joined(registered)
    return true
  }

  /** Lists an endpoint, and puts it into the routing table where it is usable. */
  route(registered: Registered): void {
    const { key, entry, reception } = registered
    if (isRouted(registered)) this.#insert(registered)
    this.#peers.add(key, entry)
    this.#windows.joined(this.#peers.memoryOf(entry.endpoint) ?? key, reception.dedupe)
  }

  /** Takes an endpoint out for good. */
  unroute(registered: Registered): void {
    const { key, entry } = registered
    this.#takeOut(registered)
    const memory = this.#peers.memoryOf(entry.endpoint) ?? key
    this.#peers.remove(key, entry)
    this.#successors.forget(entry.endpoint)
    if (!this.#peers.remembers(memory, entry.endpoint)) this.#windows.deserted(memory)
  }

  /** Puts an endpoint into the routing table, under its pattern and its addresses. */
  #insert(registered: Registered): void {
    const { pattern, entry } = registered
    this.table.insert(pattern, entry)
    for (const address of addresses(registered)) this.table.insert(address, entry)
  }

  /** Takes an endpoint out of it again; it need not be there. */
  #takeOut(registered: Registered): void {
    const { pattern, entry } = registered
    this.table.remove(pattern, entry)
    for (const address of addresses(registered)) this.table.remove(address, entry)
  }

  /** What is remembered of the ids of an endpoint's messages; also of one that has left. */
  windowOf(endpoint: number): Window {
    const memory = this.#peers.memoryOf(endpoint)
    if (memory === undefined) return this.#windows.opened(`endpoint ${endpoint}`, false)
    return this.#windows.opened(memory, this.#peers.remembers(memory, endpoint))
  }

  /** Moves virtual time on; throws where time moves by itself. */
  advance(ms: number): void {
    if (!(this.clock instanceof VirtualTime)) throw internal('only virtual time can be advanced')
    this.clock.advance(ms)
  }

  /** Pushes a frame of the core's own to everyone but `sender`; returns to whom. */
  broadcast(sender: number, kind: number, slot = 0, topic = ''): number[] {
    const others = [...this.members].filter(([attachment]) => attachment !== sender)
    if (others.length === 0) return []
    const frame = controlFrame(kind, sender, slot, topic)
    return others.map(([attachment, inbox]) => {
      inbox.push(layout.LANE_CONTROL, frame)
      return attachment
    })
  }

  /** Tells the other attachments whose receivers changed. */
  tellChange(sender: number, registered: Registered): void {
    if (this.members.size < 2) return
    // A pattern outdates all plans, those of the addresses included.
    if (typeof registered.pattern !== 'string') this.broadcast(sender, layout.KIND_ROUTES_CHANGED)
    else {
      for (const topic of [registered.pattern, ...addresses(registered)]) {
        this.broadcast(sender, layout.KIND_TOPIC_CHANGED, 0, topic)
      }
    }
  }

  /** Nobody is attached any more. */
  close(): void {
    this.#alarms.close()
  }

  /** The time of a scheduled message has come: its sender sends it, or whoever is there. */
  readonly #due = (frame: Uint8Array): void => {
    const sender = wordOf(frame, layout.WORD_SENDER)
    const [anybody = 0] = this.members.keys()
    const target = this.members.has(sender) ? sender : anybody
    this.members.get(target)?.push(laneOf(frame), forwarded(frame, { kind: layout.KIND_DUE, target }))
  }
}
