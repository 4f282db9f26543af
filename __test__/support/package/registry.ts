/** A registry of npm on loopback, with nothing in it but what a test publishes. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runServer } from 'verdaccio'
import { Project } from './project.js'

/** The registry, until it is closed. */
export class Registry implements AsyncDisposable {
  readonly #server: Server
  readonly #folder: string
  readonly #address: string

  private constructor(server: Server, folder: string, address: string) {
    this.#server = server
    this.#folder = folder
    this.#address = address
  }

  /** Starts one without up-links: what it does not have, nobody gets. */
  static async start(): Promise<Registry> {
    const folder = await mkdtemp(join(tmpdir(), 'busbar-registry-'))
    const everybody = { access: '$all', publish: '$all', unpublish: '$all' }
    const server = await (runServer as (config: unknown) => Promise<Server>)({
      configPath: join(folder, 'config.yaml'),
      self_path: join(folder, 'config.yaml'),
      storage: join(folder, 'storage'),
      uplinks: {},
      packages: { '**': everybody },
      max_body_size: '64mb',
      log: { type: 'stdout', format: 'json', level: 'fatal' },
      web: { enable: false },
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return new Registry(server, folder, `http://127.0.0.1:${port}/`)
  }

  /** Publishes a package that is laid out in `folder`, the way the release does. */
  async publish(folder: string): Promise<void> {
    await using publisher = await this.project()
    await publisher.npm('publish', folder, '--provenance=false')
  }

  /** An empty folder far from the clone, whose package managers know this registry and no other. */
  async project(files: Readonly<Record<string, string>> = {}): Promise<Project> {
    const project = await Project.create(this.#address)
    for (const [name, text] of Object.entries(files)) await writeFile(join(project.folder, name), text)
    return project
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
