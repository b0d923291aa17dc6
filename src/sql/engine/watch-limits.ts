import { memoryUsage } from 'node:process'
import { Worker } from 'node:worker_threads'

/**
 * While SQLite computes, the thread that asked it does nothing else. This one ends the process when whoever started it is gone, or when
 * it takes too much memory, of which it then says `memory` on stderr. It has no file of its own: a single executable could not load one.
 */
const watching = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const own = require('node:process')
const end = () => own.kill(own.pid, 'SIGKILL')
const started = own.ppid
setInterval(() => {
  if (own.ppid !== started) end()
  if (own.memoryUsage.rss() < workerData) return
  writeSync(2, 'memory')
  end()
}, 50)
`

/** @param memory bytes that the process may take besides what it has now */
export function watchLimits(memory: number): void {
  const limits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 8 }
  new Worker(watching, { eval: true, workerData: memoryUsage.rss() + memory, resourceLimits: limits }).unref()
}
