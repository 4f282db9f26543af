/** Lives as `life` does, in a worker: its exit code is told, and that of the process is the test. */
import { Worker } from 'node:worker_threads'

const worker = new Worker(new URL('./life.js', import.meta.url), { argv: process.argv.slice(2) })
worker.once('exit', (code) => {
  process.exitCode = code
})
