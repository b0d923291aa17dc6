import { MessageChannel } from 'node:worker_threads'
import { serveThread } from '../../../src/cli/serve-thread.ts'
import type { Thread } from '../../../src/contract/threads.ts'

/**
 * A thread that is none, whose messages are copied as those of a real one are.
 * @param stopOptimizing called in place of what a real one does to its process
 */
export function copying(stopOptimizing: () => void = () => undefined): Thread {
  const { port1, port2 } = new MessageChannel()
  const io = {
    env: {},
    cwd: process.cwd(),
    invokedAs: 'kubectl-proxy_config',
    async *stdin() {
      yield* []
    },
    stdinIsTTY: false,
    stderrIsTTY: false,
    stdoutColumns: undefined,
    write: async () => false,
    warn: () => undefined,
    pageTemplate: async () => '',
    now: () => new Date(),
    self: ['none'] as const,
    signal: new AbortController().signal,
  }
  serveThread(
    {
      send: (message) => port2.postMessage(message),
      onMessage: (take) => void port2.on('message', take),
      stopOptimizing,
    },
    io,
  )
  return {
    send: (message, moved = []) => port1.postMessage(message, [...moved]),
    onMessage: (take) => void port1.on('message', take),
    onEnd: () => undefined,
    end: () => port1.close(),
  }
}
