/**
 * What a worker runs first, before the module of the user: it tells the starting thread what becomes of that, and closes
 * the buses of this thread when it is told to. It has a port of its own, so that `parentPort` and `workerData` are the
 * user's alone.
 */
import { fileURLToPath } from 'node:url'
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { openBuses, whenOpened } from '../bus/open.js'
import { internal } from '../errors.js'
import type { Order, Stop, Word } from './words.js'

/** The order is sent when the worker is made; how long it is looked for, in milliseconds, and how often. */
const ORDER_MS = 10_000
const LOOK_MS = 1

/** How long a worker whose buses are closed may take to end by itself, in milliseconds. */
const LINGER_MS = 100

/** Takes the order out of the queue of the user's port without starting it: what comes behind it waits for the user. */
function takeOrder(from: MessagePort): Order {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; waitedMs < ORDER_MS; waitedMs += LOOK_MS) {
    const received = receiveMessageOnPort(from)
    if (received !== undefined) return received.message as Order
    Atomics.wait(cell, 0, 0, LOOK_MS)
  }
  throw internal('a worker got no order')
}

if (parentPort === null) throw internal('the entry of workers was loaded in a main thread')
const { bus: name, module, port } = takeOrder(parentPort)
const say = (word: Word): void => port.postMessage(word)

async function stop({ timeoutMs }: Stop): Promise<void> {
  const closing = openBuses().map(async (bus) => ({
    bus: bus.name,
    report: await bus.close({ timeout: timeoutMs }),
  }))
  const closed = await Promise.all(closing)
  say({ said: 'closed', report: closed.find(({ bus }) => bus === name)?.report })
  // Whatever else holds the thread is not ours to wait for. Listeners of 'exit' are called, which `terminate()` does not.
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

port.on('message', (order: Stop) => void stop(order))
// The user's module decides how long the thread lives.
port.unref()

const opened = new Promise<void>((resolve) => {
  whenOpened((bus) => {
    if (bus.name !== name) return
    say({ said: 'attached', attachment: bus.attachment })
    resolve()
  })
})
if (module.startsWith('file:')) process.argv[1] = fileURLToPath(module)
// What it throws is not caught: it is the end of the worker, and told as such.
await import(module)
// A module may open the bus later than at its top level; it registers then, in the same turn of the event loop.
void opened.then(() => setImmediate(() => say({ said: 'ready' })))
