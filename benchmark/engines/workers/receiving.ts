/** The other side of every way: counts what comes, adds it up, and answers. */
import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads'
import { open } from 'busbar'
import { expose } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { numberIn } from '../../workload/parcels.js'
import { answering } from './dutiful-messages.js'
import type { Received, WorkerTask } from './engine.js'
import { openPayloadCodec, type PayloadCodecName } from './payload-codec.js'
import { Ring, TOPIC } from './ring.js'

const { receiving, name, index } = workerData as WorkerTask
const port = parentPort
if (port === null) throw new Error('this is the program of a worker')

let count = 0
let sum = 0
const receive = (payload: unknown): void => {
  count++
  sum += numberIn(payload)
}
const received = (): Received => {
  const told = { count, sum }
  count = 0
  sum = 0
  return told
}

/** A question is a number, a payload never is. */
function receiveAnything(message: unknown): unknown {
  if (message === 'received') return received()
  if (typeof message === 'object' && message !== null && 'ask' in message) {
    const { id, ask } = message as { id: number; ask: number }
    return { id, answer: ask + 1 }
  }
  receive(message)
  return undefined
}

if (receiving === 'busbar') {
  const bus = open(name)
  bus.subscribe('parcels.of.the.benchmark', receive)
  bus.handle(`received.${index}`, received)
  bus.handle('ask', (value: number) => value + 1)
} else if (receiving === 'postMessage') {
  port.on('message', (message) => {
    const answer = receiveAnything(message)
    if (answer !== undefined) port.postMessage(answer)
  })
} else if (receiving === 'duties') {
  const handlers = new Map([['ask', (value: number) => value + 1]])
  port.on(
    'message',
    answering(handlers, (replied) => port.postMessage(replied)),
  )
} else if (receiving === 'BroadcastChannel') {
  const channel = new BroadcastChannel(name)
  channel.onmessage = (event) => {
    const answer = receiveAnything((event as { data: unknown }).data)
    if (answer !== undefined) port.postMessage(answer)
  }
} else if (receiving === 'ring') {
  const codec = name === '' ? undefined : await openPayloadCodec(name as PayloadCodecName)
  port.once('message', (memory: SharedArrayBuffer) => {
    const ring = new Ring(codec, memory)
    const handlers: ((payload: unknown) => void)[] = []
    handlers[TOPIC] = receive
    const drain = (): boolean => ring.read((topic, payload) => handlers[topic]?.(payload))
    port.on('message', () => {
      drain()
      port.postMessage(received())
    })
    const listen = (): void => {
      while (drain());
      void ring.more().then(listen)
    }
    listen()
    port.postMessage('ready')
  })
} else {
  expose({ ask: (value: number) => value + 1 }, nodeEndpoint(port))
}
port.postMessage('ready')
