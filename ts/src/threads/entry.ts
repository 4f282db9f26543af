/**
 * What a worker runs first, before the module of the user: it tells the starting thread what becomes of that, and closes
 * the buses of this thread when it is told to. It has a port of its own, so that `parentPort` and `workerData` are the
 * user's alone.
 */
import { fileURLToPath } from 'node:url'
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import type { ThreadBus } from '../bus/bus.js'
import { openBuses, whenOpened } from '../bus/open.js'
import type { CloseReport } from '../contract/receipts.js'
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

const closing = new Map<ThreadBus, Promise<CloseReport>>()
let isEnding = false

/** Closes the buses of this thread and ends it; a second time may only hasten that. */
function stop({ timeoutMs }: Stop): void {
  for (const bus of new Set([...closing.keys(), ...openBuses()])) {
    closing.set(bus, bus.close({ timeout: timeoutMs }))
  }
  if (!isEnding) void end()
}

async function end(): Promise<void> {
  isEnding = true
  await Promise.all(closing.values())
  const [, report] = [...closing].find(([bus]) => bus.name === name) ?? []
  say({ said: 'closed', report: await report })
  // Whatever else holds the thread is not ours to wait for. Listeners of 'exit' are called, which `terminate()` does not.
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

port.on('message', stop)
// The user's module decides how long the thread lives.
port.unref()

const opened = new Promise<void>((resolve) => {
  whenOpened((bus) => {
    if (bus.name !== name) return
    say({ said: 'attached', attachment: bus.attachment })
    bus.onShutdown((timeoutMs) => {
      say({ said: 'leaving' })
      stop({ timeoutMs })
    })
    resolve()
  })
})
if (module.startsWith('file:')) process.argv[1] = fileURLToPath(module)
// What it throws is not caught: it is the end of the worker, and told as such.
await import(module)
// A module may open the bus later than at its top level; it registers then, in the same turn of the event loop.
void opened.then(() => setImmediate(() => say({ said: 'ready' })))
