/** Lists of endpoints that follow the bus. */
import { EventEmitter } from 'node:events'
import type {
  Directory,
  DirectoryEndpoint,
  DirectoryEventMap,
  DirectoryFilter,
} from '../contract/directory.js'
import type { CoreAttachment, EndpointRecord, Standing } from '../core/core.js'
import { conditionOf } from '../operate/standing.js'

/** What a {@link LiveDirectory} gets its endpoints from. */
type List = () => readonly DirectoryEndpoint[]

/** The directories of one attachment that are open. */
export class Directories {
  readonly #attachment: CoreAttachment
  readonly #open = new Set<LiveDirectory>()
  #scheduled = false

  constructor(attachment: CoreAttachment) {
    this.#attachment = attachment
  }

  /** Opens a directory of the endpoints that agree with `filter`. */
  open(filter: DirectoryFilter): LiveDirectory {
    const directory = new LiveDirectory(
      () => list(this.#attachment, filter),
      () => this.#open.delete(directory),
    )
    this.#open.add(directory)
    return directory
  }

  /** Somebody joined or left: the open directories look again, once per turn of the event loop. */
  readonly changed = (): void => {
    if (this.#scheduled || this.#open.size === 0) return
    this.#scheduled = true
    // Who only watches does not keep the thread alive.
    setImmediate(() => {
      this.#scheduled = false
      for (const directory of this.#open) directory.refresh()
    }).unref()
  }

  /** Closes all of them. */
  close(): void {
    for (const directory of this.#open) directory.close()
  }
}

/** A directory that follows the bus. */
export class LiveDirectory extends EventEmitter<DirectoryEventMap> implements Directory {
  readonly #list: List
  readonly #onClose: () => void
  #endpoints: readonly DirectoryEndpoint[]

  constructor(endpoints: List, onClose: () => void) {
    super()
    this.#list = endpoints
    this.#onClose = onClose
    this.#endpoints = endpoints()
  }

  get endpoints(): readonly DirectoryEndpoint[] {
    return this.#endpoints
  }

  [Symbol.iterator](): Iterator<DirectoryEndpoint> {
    return this.#endpoints[Symbol.iterator]()
  }

  close(): void {
    this.#onClose()
    this.removeAllListeners()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Looks again, and tells what is different. */
  refresh(): void {
    const before = this.#endpoints
    const now = this.#list()
    this.#endpoints = now
    const idsBefore = new Set(before.map(({ id }) => id))
    const idsNow = new Set(now.map(({ id }) => id))
    for (const endpoint of before) if (!idsNow.has(endpoint.id)) this.emit('left', endpoint)
    for (const endpoint of now) if (!idsBefore.has(endpoint.id)) this.emit('joined', endpoint)
    if (this.listenerCount('changed') === 0) return
    const endpointsBefore = new Map(before.map((endpoint) => [endpoint.id, endpoint]))
    for (const endpoint of now) {
      const old = endpointsBefore.get(endpoint.id)
      if (old !== undefined && !isSame(endpoint, old)) this.emit('changed', endpoint, old)
    }
  }
}

/** The endpoints of the bus that agree with `filter`, oldest first. */
function list(attachment: CoreAttachment, filter: DirectoryFilter): readonly DirectoryEndpoint[] {
  const { topic, metadata = {}, ...plain } = filter
  const receivers =
    topic === undefined ? undefined : new Set(attachment.matched(topic).map(({ endpoint }) => endpoint))
  const wanted = Object.entries(plain).filter(([, value]) => value !== undefined)
  return attachment
    .directory()
    .map(asDirectoryEndpoint)
    .filter(
      (endpoint) =>
        (receivers === undefined || (receivers.has(endpoint.id) && isSeenBy(attachment.id, endpoint))) &&
        wanted.every(([member, value]) => endpoint[member as keyof DirectoryEndpoint] === value) &&
        Object.entries(metadata).every(([key, value]) => endpoint.metadata?.[key] === value),
    )
}

/** Whether messages of an attachment's thread go to an endpoint. */
export function isSeenBy(attachment: number, endpoint: DirectoryEndpoint): boolean {
  return endpoint.scope === 'process' || endpoint.attachment === attachment
}

/** What users see of a record of the core. */
export function asDirectoryEndpoint(record: EndpointRecord): DirectoryEndpoint {
  const {
    endpoint: id,
    attachment,
    isHandler,
    pattern,
    priority,
    weight,
    name,
    service,
    pool,
    metadata,
    standing,
    threadOnly,
  } = record
  return {
    id,
    attachment,
    role: isHandler ? 'handler' : 'subscription',
    pattern,
    priority,
    weight,
    scope: threadOnly ? 'thread' : 'process',
    ...(name !== undefined && { name }),
    ...(service !== undefined && { service }),
    ...(pool !== undefined && { pool }),
    ...(metadata !== undefined && { metadata }),
    ...(standing !== undefined && stateOf(standing)),
  }
}

function stateOf({ word, isSilent }: Standing): Pick<DirectoryEndpoint, 'health' | 'circuit' | 'isStalled'> {
  const { health, circuit } = conditionOf(word)
  return {
    health: isSilent ? 'unhealthy' : health,
    ...(circuit !== undefined && { circuit }),
    ...(isSilent && { isStalled: true }),
  }
}

/** Whether an endpoint is as it was; nothing else of it changes. */
function isSame(one: DirectoryEndpoint, other: DirectoryEndpoint): boolean {
  return one.health === other.health && one.circuit === other.circuit && one.isStalled === other.isStalled
}
