import { setImmediate as nextTurn } from 'node:timers/promises'
import { restoredError } from '../../contract/serialized-error.ts'
import type { DividedWork, Thread, Threads } from '../../contract/threads.ts'
import type { FromThread, Start, ToThread } from './messages.ts'
import { counterBytes, takeParts } from './take-parts.ts'

interface Dividing extends Omit<Start, 'proxies' | 'given' | 'counter'> {
  readonly threads: Threads
}

/**
 * Does the parts of work on one dump in this thread and in others, each of which takes the next part when it is free. What a thread has
 * not done when it ends, for want of memory or because the system starts no more, is done here.
 * @returns the results in the order of the parts
 * @throws the error of a part
 */
export async function divideWork<T, P>(
  { parts, part, codec, given }: Omit<DividedWork<T, P>, 'size'>,
  { threads, ...start }: Dividing,
): Promise<readonly T[]> {
  const counter = new SharedArrayBuffer(counterBytes)
  const results = new Map<number, T>()
  const complete = Promise.withResolvers<void>()
  let error: Error | undefined
  const fail = (reason: Error) => {
    error ??= reason
    complete.resolve()
  }
  const add = (number: number, result: T) => {
    results.set(number, result)
    if (results.size === parts) complete.resolve()
  }
  const receive = (message: FromThread) => {
    if ('failed' in message) fail(restoredError(message.failed))
    // Encoded by the same program, with the same codec.
    else if ('result' in message) add(message.done, codec.decode(message.result as P))
  }
  const others = Array.from({ length: Math.min(threads.count, parts) - 1 }, () => threads.start())
  const ends = others.map((thread) => endOf(thread))
  try {
    for (const thread of others) {
      thread.onMessage((message) => receive(message as FromThread))
      thread.send({ start: { ...start, given, counter, proxies: [] } } satisfies ToThread)
    }
    const workHere = async (number: number) => {
      if (error !== undefined) throw error
      add(number, await part(number))
      // What threads have sent in the meantime is received.
      await nextTurn()
    }
    await takeParts(counter, parts, workHere)
    await Promise.race([complete.promise, Promise.all(ends)])
    for (let number = 0; number < parts; number++) if (!results.has(number)) await workHere(number)
  } finally {
    for (const thread of others) thread.end()
  }
  return Array.from({ length: parts }, (_, number) => results.get(number) as T)
}

function endOf(thread: Thread): Promise<void> {
  return new Promise((resolve) => thread.onEnd(() => resolve()))
}
