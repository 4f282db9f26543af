/** What the attachments of one bus share. As a rule there is one: a thread opens a bus once. */

import * as layout from '../native/layout.js'
import { addresses, Directory, type Registered } from './directory.js'
import { controlFrame } from './frames.js'
import type { Inbox } from './inbox.js'
import { Table } from './router/table.js'

/** Attachment and endpoint ids; 0 is nobody. Of all buses, so that what is made of them is unique in the process. */
let nextId = 1

/** A bus. */
export class Bus {
  readonly name: string
  /** The options of the first opener, as canonical JSON. */
  readonly options: string
  readonly table: Table = new Table()
  readonly directory: Directory = new Directory()
  /** The inboxes by attachment. */
  readonly members: Map<number, Inbox> = new Map()
  constructor(name: string, options: string) {
    this.name = name
    this.options = options
  }

  nextId(): number {
    return nextId++
  }

  /** Puts an endpoint into the routing table, under its pattern and its addresses. */
  route(registered: Registered): void {
    this.table.insert(registered.pattern, registered.entry)
    for (const address of addresses(registered)) this.table.insert(address, registered.entry)
  }

  /** Takes an endpoint out of it again. */
  unroute(registered: Registered): void {
    this.table.remove(registered.pattern, registered.entry)
    for (const address of addresses(registered)) this.table.remove(address, registered.entry)
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
}
