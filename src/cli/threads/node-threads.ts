import { availableParallelism } from 'node:os'
import { getRawAsset, isSea } from 'node:sea'
import { type ResourceLimits, Worker } from 'node:worker_threads'
import type { Thread, Threads } from '../../contract/threads.ts'
import { threadWord } from './thread-word.ts'

/** More are not faster: each loads the program, and one thread joins the results. */
const maxThreads = 4

/**
 * Memory for new objects, of which V8 takes 96 MB by default. Measured on 1,000 dumps of 2.4 MB: 470 MB for all of two threads with 48 MB
 * in place of 610 MB, in the same time; on 200 replies to /clusters of 2.9 MB: 425 MB with 16 MB in place of 493 MB with 48, in the same CPU time.
 */
const youngMegabytes = 16

/** To start a thread takes as long as the rows of some 10 MB of a dump, on a processor that is free. */
const minDivided = 16e6

/** In the single executable: the script that starts the program. */
const mainAsset = 'main'

/**
 * Threads that run this program once more, as many as there are processors, up to four; undefined where there is only one.
 * @param program URL of the file that the program is, or begins with
 * @param limits of the memory of each; of what is not in them, V8's own
 */
export function nodeThreads(program: string, limits: ResourceLimits = {}): Threads | undefined {
  const count = Math.min(maxThreads, availableParallelism())
  if (count < 2) return undefined
  return { count, minDivided, start: () => started(program, limits) }
}

function started(program: string, limits: ResourceLimits): Thread {
  const options = { argv: [threadWord], resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes, ...limits } }
  const worker = isSea()
    ? new Worker(Buffer.from(getRawAsset(mainAsset)).toString(), { ...options, eval: true })
    : new Worker(new URL(program), options)
  return {
    send: (message, moved = []) => worker.postMessage(message, [...moved]),
    onMessage: (listener) => void worker.on('message', listener),
    onEnd(listener) {
      worker.on('error', listener)
      worker.on('exit', (code) => listener(new Error(`a thread ended with ${code}`)))
    },
    end: () => void worker.terminate(),
  }
}
