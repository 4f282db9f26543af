/** Tells by the events of the bus who joins and leaves it, and how those of other threads are, while somebody listens. */
import type { DirectoryEndpoint } from '../contract/directory.js'
import type { Directories, LiveDirectory } from './directory.js'
import type { Events } from './events.js'

const FOLLOWED: readonly (string | symbol)[] = ['joined', 'left', 'health']

/** The presence of others, as one attachment sees it. */
export class Presence {
  readonly #attachment: number
  readonly #events: Events
  readonly #directories: Directories
  #following: LiveDirectory | undefined
  #isEnded = false

  constructor(attachment: number, events: Events, directories: Directories) {
    this.#attachment = attachment
    this.#events = events
    this.#directories = directories
    events.onListening((name) => {
      if (FOLLOWED.includes(name)) this.#follow()
    })
  }

  /** Tells nothing any more. */
  end(): void {
    this.#isEnded = true
    this.#following?.close()
    this.#following = undefined
  }

  #follow(): void {
    if (this.#following !== undefined || this.#isEnded) return
    const following = this.#directories.open({})
    this.#following = following
    following.on('joined', (endpoint) => this.#events.joined(endpoint))
    following.on('left', (endpoint) => this.#events.left(endpoint))
    following.on('changed', (endpoint, before) => this.#changed(endpoint, before))
  }

  /** Those of this thread tell by themselves, with the reason; but not that they stand still. */
  #changed({ id, name, attachment, health, isStalled }: DirectoryEndpoint, before: DirectoryEndpoint): void {
    if (attachment === this.#attachment || health === undefined || before.health === undefined) return
    if (health === before.health) return
    const reason =
      isStalled === true
        ? 'its thread is stalled'
        : before.isStalled === true
          ? 'its thread goes on'
          : 'its thread says so'
    this.#events.health({
      endpoint: id,
      ...(name !== undefined && { name }),
      from: before.health,
      to: health,
      reason,
    })
  }
}
