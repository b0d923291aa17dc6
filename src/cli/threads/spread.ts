import { restoredError, serializedError } from '../../contract/serialized-error.ts'
import type { ManyTasks, SpreadTasks, Thread, Threads } from '../../contract/threads.ts'
import { AppError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { FromThread, Start, TaskNote, ToThread } from './messages.ts'
import { proxyReference } from './proxy-reference.ts'
import { pageToSend } from './thread-pages.ts'

interface Spreading extends Omit<Start, 'proxies' | 'given'> {
  readonly threads: Threads
  /** Prints a note of a task on stderr. */
  note(note: TaskNote): void
}

/** A thread, and how many tasks it is doing. */
interface Worker {
  readonly thread: Thread
  tasks: number
}

interface RunningTask {
  readonly proxy: MeshProxy
  readonly done: PromiseWithResolvers<unknown>
}

/**
 * Does the tasks of many proxies in threads. The main thread reads the pages, which is mostly waiting, and joins the results; a thread
 * receives the bytes of a page and sends the result of the task.
 */
export function spreadTasks<T, P>(
  { proxies, codec, given }: Pick<ManyTasks<T, P>, 'proxies' | 'codec' | 'given'>,
  { threads, note, ...start }: Spreading,
): SpreadTasks<T> {
  const numbers = new Map(proxies.map((proxy, at) => [proxy.id, at]))
  const running = new Map<number, RunningTask>()
  const notes = new Map<MeshProxy['id'], readonly TaskNote[]>()
  const startMessage: ToThread = { start: { ...start, given, proxies: proxies.map(proxyReference) } }
  const workers = Array.from({ length: threads.count }, (): Worker => ({ thread: threads.start(), tasks: 0 }))
  let failure: Error | undefined
  const fail = (error: Error) => {
    failure ??= error
    for (const { done } of running.values()) done.reject(failure)
  }
  for (const { thread } of workers) {
    thread.onMessage((message) => receive(thread, message as FromThread))
    thread.onEnd((error) => fail(isOutOfMemory(error) ? outOfMemory(error) : error))
    thread.send(startMessage)
  }

  function receive(thread: Thread, message: FromThread): void {
    if ('request' in message) void respond(thread, message)
    else if ('failed' in message) fail(restoredError(message.failed))
    else {
      const task = running.get(message.done)
      if (task === undefined) return
      notes.set(task.proxy.id, message.notes)
      if ('error' in message) task.done.reject(restoredError(message.error))
      else task.done.resolve(message.result)
    }
  }

  async function respond(
    thread: Thread,
    { request, task, path, absence }: Extract<FromThread, { request: number }>,
  ): Promise<void> {
    const send = (message: ToThread, moved?: readonly ArrayBuffer[]) => thread.send(message, moved)
    const proxy = running.get(task)?.proxy
    // Its task has failed in the meantime.
    if (proxy === undefined) return
    try {
      if (absence) return send({ response: request, error: serializedError(await proxy.absence(path)) })
      const { page, moved } = await pageToSend(proxy, path)
      send({ response: request, page }, moved)
    } catch (error) {
      send({ response: request, error: serializedError(error) })
    }
  }

  return {
    async task(proxy) {
      if (failure !== undefined) throw failure
      const number = numbers.get(proxy.id)
      const [worker] = workers.toSorted((a, b) => a.tasks - b.tasks)
      if (number === undefined || worker === undefined) throw new Error('the threads do not know this proxy')
      const done = Promise.withResolvers<unknown>()
      running.set(number, { proxy, done })
      worker.tasks += 1
      try {
        worker.thread.send({ task: number, pod: proxy.id.pod } satisfies ToThread)
        // Encoded by the same program, with the same codec.
        return codec.decode((await done.promise) as P)
      } finally {
        worker.tasks -= 1
        running.delete(number)
      }
    },
    printNotes({ id }) {
      notes.get(id)?.forEach(note)
      notes.delete(id)
    },
    end() {
      for (const { thread } of workers) thread.end()
      fail(new Error('the threads were ended'))
    },
  }
}

/** What Node says of a thread that V8 had no memory for. */
function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function outOfMemory(cause: Error): AppError {
  return new AppError('a thread that reads proxies ran out of memory', {
    cause,
    code: 'out-of-memory',
    hint: 'Use --concurrency 1: the proxies are read one after the other, without threads.',
  })
}
