/** Queues of work with a limit on what runs at a time. */
import { type CoreName, open } from 'busbar'
import fastq from 'fastq'
import PQueue from 'p-queue'
import type { Role } from '../harness/case.js'
import { MessageQueue } from './hand-written/message-queue.js'
import { versionOf } from './version.js'

/** Works on one task. */
export type Worker = (task: number) => Promise<void>

/** A queue that is open. */
export interface Queue {
  push(task: number): void
  close?(): void | Promise<void>
}

/** A contender. */
export interface QueueEngine {
  readonly name: string
  readonly version: string
  readonly role: Role
  /** @param capacity - how many tasks may wait */
  open(work: Worker, concurrency: number, capacity: number): Queue
}

let opened = 0

/** The mailbox of a subscription, as it is installed. */
export const busbarMailbox: QueueEngine = mailbox('busbar', 'busbar', 'native')

/** The same facade on the JavaScript core. */
export const busbarMailboxJavaScript: QueueEngine = mailbox(
  'busbar on the JavaScript core',
  'javascript core',
  'javascript',
)

function mailbox(name: string, role: Role, core: CoreName): QueueEngine {
  return {
    name,
    version: '',
    role,
    open(work, concurrency, capacity) {
      const bus = open(`queue ${++opened}`, { core })
      bus.subscribe('tasks', work, { concurrency, capacity })
      return {
        push: (task) => {
          bus.publish('tasks', task)
        },
        close: async () => {
          await bus.close({ timeout: 0 })
        },
      }
    },
  }
}

/** fastq with callbacks, which is faster than its promises: one is made for each task there. */
export const fastqQueue: QueueEngine = {
  name: 'fastq',
  version: versionOf('fastq'),
  role: 'peer',
  open(work, concurrency) {
    const queue = fastq<unknown, number>((task, done) => {
      work(task).then(() => done(null), done)
    }, concurrency)
    return { push: (task) => queue.push(task) }
  },
}

/** p-queue. */
export const pQueue: QueueEngine = {
  name: 'p-queue',
  version: versionOf('p-queue'),
  role: 'peer',
  open(work, concurrency) {
    const queue = new PQueue({ concurrency })
    return {
      push: (task) => {
        void queue.add(() => work(task))
      },
    }
  },
}

/** What one writes by hand: an array that is read from the front, and a counter. */
export const handWrittenQueue: QueueEngine = {
  name: 'hand-written, array and counter',
  version: '',
  role: 'hand-written',
  open(work, concurrency) {
    let tasks: number[] = []
    let first = 0
    let running = 0
    const begin = (task: number): void => {
      running++
      work(task).then(ended, ended)
    }
    const ended = (): void => {
      running--
      if (first < tasks.length) begin(tasks[first++] as number)
      else if (first > 0) {
        tasks = []
        first = 0
      }
    }
    return {
      push: (task) => {
        if (running < concurrency) begin(task)
        else tasks.push(task)
      },
    }
  },
}

/** The same with the duties of a mailbox: what they cost at the least. */
export const messageQueue: QueueEngine = {
  name: 'hand-written, a message each',
  version: '',
  role: 'hand-written',
  open(work, concurrency, capacity) {
    return new MessageQueue(work, concurrency, capacity)
  },
}
