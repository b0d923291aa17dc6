import { restoredError, serializedError } from '../../contract/serialized-error.ts'
import type { ManyTasks, SpreadTasks, Thread, Threads } from '../../contract/threads.ts'
import { AppError } from '../../errors.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { FromThread, Start, TaskNote, ToThread } from './messages.ts'
import { proxyReference } from './proxy-reference.ts'
import { TaskThread, type ThreadTask } from './task-thread.ts'
import { pageToSend } from './thread-pages.ts'

interface Spreading extends Omit<Start, 'proxies' | 'given'> {
  readonly threads: Threads
  /** Prints a note of a task on stderr. */
  note(note: TaskNote): void
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
  { threads, note, ...begin }: Spreading,
): SpreadTasks<T> {
  const numbers = new Map(proxies.map((proxy, at) => [proxy.id, at]))
  const running = new Map<number, RunningTask>()
  const notes = new Map<MeshProxy['id'], readonly TaskNote[]>()
  const startMessage: ToThread = { start: { ...begin, given, proxies: proxies.map(proxyReference) } }
  let failure: Error | undefined
  const fail = (error: Error) => {
    failure ??= error
    for (const { done } of running.values()) done.reject(failure)
  }
  const start = () => {
    const thread = threads.start()
    thread.send(startMessage)
    return thread
  }
  const workers = Array.from({ length: threads.count }, () => new TaskThread({ start, receive, end: fail }))

  function receive(message: FromThread, thread: Thread): void {
    if ('request' in message) {
      const proxy = running.get(message.task)?.proxy
      // Without it, its task has failed in the meantime.
      if (proxy !== undefined) void respond(proxy, thread, message)
    } else if ('failed' in message) fail(restoredError(message.failed))
    else {
      const task = running.get(message.done)
      if (task === undefined) return
      notes.set(task.proxy.id, message.notes)
      if ('error' in message) task.done.reject(restoredError(message.error))
      else task.done.resolve(message.result)
    }
  }

  return {
    async task(proxy) {
      if (failure !== undefined) throw failure
      const number = numbers.get(proxy.id)
      const [worker] = workers.toSorted((a, b) => a.tasks - b.tasks)
      if (number === undefined || worker === undefined) throw new Error('the threads do not know this proxy')
      const done = Promise.withResolvers<unknown>()
      const task: ThreadTask = {
        message: { task: number, pod: proxy.id.pod },
        fail: done.reject,
        failWithoutMemory: (cause) => done.reject(outOfMemory(proxy, cause)),
      }
      running.set(number, { proxy, done })
      worker.add(task)
      try {
        // Encoded by the same program, with the same codec.
        return codec.decode((await done.promise) as P)
      } finally {
        worker.remove(task)
        running.delete(number)
      }
    },
    printNotes({ id }) {
      notes.get(id)?.forEach(note)
      notes.delete(id)
    },
    end() {
      for (const worker of workers) worker.end()
      fail(new Error('the threads were ended'))
    },
  }
}

/** Sends a page that a thread asks for, or why there is none. */
async function respond(
  proxy: MeshProxy,
  thread: Thread,
  { request, path, absence }: Extract<FromThread, { request: number }>,
): Promise<void> {
  const send = (message: ToThread, moved?: readonly ArrayBuffer[]) => thread.send(message, moved)
  try {
    if (absence) return send({ response: request, error: serializedError(await proxy.absence(path)) })
    const { page, moved } = await pageToSend(proxy, path)
    send({ response: request, page }, moved)
  } catch (error) {
    send({ response: request, error: serializedError(error) })
  }
}

/**
 * The error of a proxy that a thread has no memory for. This thread has no more than others have, and to try it here could end the program.
 * An error of a pod is given the pod's name where it is printed.
 */
function outOfMemory({ id, label }: MeshProxy, cause: Error): AppError {
  const why = 'what it has loaded needs more memory than a thread has'
  return new AppError(id.pod === undefined ? `${label}: ${why}` : why, { cause, code: 'out-of-memory' })
}
