import { AsyncLocalStorage } from 'node:async_hooks'
import { commands } from '../commands/index.ts'
import type { Context } from '../contract/command.ts'
import type { IO } from '../contract/io.ts'
import { withKubectlOptions } from '../contract/kubectl-options.ts'
import { formatFlag } from '../contract/output-options.ts'
import { serializedError } from '../contract/serialized-error.ts'
import type { DividedWork, ManyTasks } from '../contract/threads.ts'
import { UsageError } from '../errors.ts'
import { parseArgs } from './arguments/parse-args.ts'
import { createContext } from './run/context.ts'
import { readyFormat } from './run/ready-format.ts'
import type { FromThread, Start, TaskNote, ToThread } from './threads/messages.ts'
import { maxUnoptimized, stopOptimizing } from './threads/optimizer.ts'
import { RequestedPages } from './threads/requested-pages.ts'
import { takeParts } from './threads/take-parts.ts'
import { threadWord } from './threads/thread-word.ts'

/** The main thread, as the thread that it started sees it. */
export interface MainThread {
  /** @param moved buffers of the message that are transferred: this side cannot use them any more */
  send(message: FromThread, moved?: readonly ArrayBuffer[]): void
  onMessage(listener: (message: ToThread) => void): void
  /** Has the process optimize no more code. */
  stopOptimizing?(): void
}

/** Serves the main thread until that one ends this one. @throws UsageError in the main thread */
export async function serveMainThread(io: IO): Promise<never> {
  const { parentPort: port } = await import('node:worker_threads')
  if (port === null) throw new UsageError(`unknown command ${JSON.stringify(threadWord)}`)
  serveThread(
    {
      send: (message, moved = []) => port.postMessage(message, [...moved]),
      onMessage: (listener) => void port.on('message', listener),
      stopOptimizing,
    },
    io,
  )
  return new Promise(() => undefined)
}

type Task = Extract<ToThread, { readonly task: number }>

/**
 * Runs the command as the main thread does, up to where it reads many proxies, or one large dump in parts; from then on it does the
 * command's task for each proxy that the main thread names, or parts as long as there are any. Only the main thread asks proxies and prints.
 */
export function serveThread(main: MainThread, io: IO): void {
  const pages = new RequestedPages(main.send)
  /** Tasks that came before the command was ready for them. */
  const early: Task[] = []
  let begin = (task: Task) => void early.push(task)

  const serveTasks: Serve['tasks'] = ({ task, codec }, proxies) => {
    begin = ({ task: done, pod }) => {
      const reference = proxies[done]
      if (reference === undefined) return
      const notes: TaskNote[] = []
      const proxy = pages.proxy({ ...reference, ...(pod === undefined ? {} : { pod }) }, done)
      notesOfTask
        .run(notes, async () => codec.encode(await task(proxy)))
        .then((result) => main.send({ done, result, notes }, codec.moved?.(result)))
        .catch((error: unknown) => main.send({ done, error: serializedError(error), notes }))
        .finally(() => pages.release(done))
    }
    early.forEach(begin)
  }

  const serveParts: Serve['parts'] = ({ size, parts, part, codec }, counter) => {
    if (size <= maxUnoptimized) main.stopOptimizing?.()
    return takeParts(counter, parts, async (done) => {
      const result = codec.encode(await part(done))
      main.send({ done, result, notes: [] }, codec.moved?.(result))
    })
  }

  main.onMessage((message) => {
    if ('start' in message)
      runCommand(message.start, io, { tasks: serveTasks, parts: serveParts }).catch((error: unknown) =>
        main.send({ failed: serializedError(error) }),
      )
    else if ('task' in message) begin(message)
    else pages.receive(message)
  })
}

interface Serve {
  /** Called with what the command does with each proxy. */
  tasks<T, P>(tasks: ManyTasks<T, P>, proxies: Start['proxies']): void
  /** Called with what the command does in parts. */
  parts<T, P>(work: DividedWork<T, P>, counter: SharedArrayBuffer): Promise<void>
}

/** The notes of the task that is running. */
const notesOfTask = new AsyncLocalStorage<TaskNote[]>()

async function runCommand(
  { command: name, words, now, env, stdoutColumns, openedBefore, proxies, given: fromMain, counter }: Start,
  outer: IO,
  serve: Serve,
): Promise<void> {
  const command = commands.find((each) => each.name === name)
  if (command === undefined) throw new Error(`the thread does not know the command ${name}`)
  const args = await parseArgs(words, withKubectlOptions(command.options), command.positionals.max)
  const format = await readyFormat(formatFlag(args, command), command, { stdoutColumns: undefined })
  const io: IO = { ...quiet(outer), env, stdoutColumns, now: () => new Date(now) }
  const own = createContext(command, args, io, { format, incomplete: () => undefined })
  let opened = 0
  const context: Context = {
    ...own,
    note: (text) => void notesOfTask.getStore()?.push({ text }),
    incomplete: (text) => void notesOfTask.getStore()?.push({ text, incomplete: true }),
    async open(...given) {
      opened += 1
      if (opened <= openedBefore) return own.open(...given)
      return proxies.map(({ label, live, ...id }) => ({ id, label, live, page: outsideTask, absence: outsideTask }))
    },
    fleet: async () => ({
      ...(await own.fleet()),
      thread: { given: fromMain },
      spread(tasks) {
        serve.tasks(tasks, proxies)
        return new Promise(() => undefined)
      },
      async divide(work) {
        if (counter === undefined) return undefined
        await serve.parts(work, counter)
        return new Promise(() => undefined)
      },
    }),
  }
  await (await command.load())(args, context)
  throw new Error(`the command ${name} gave its threads no task`)
}

/** A thread reads pages only of the proxy of a task. */
function outsideTask(): Promise<never> {
  return Promise.reject(new Error('a proxy was read outside of its task'))
}

/** An IO that prints nothing, reads no standard input and writes no page. */
function quiet({ cwd, invokedAs, self, signal }: IO): Omit<IO, 'env' | 'now' | 'stdoutColumns'> {
  return {
    cwd,
    invokedAs,
    self,
    signal,
    stdin() {
      throw new Error('a thread has no standard input')
    },
    pageTemplate() {
      throw new Error('a thread writes no page')
    },
    stdinIsTTY: false,
    stderrIsTTY: false,
    write: async () => false,
    warn: () => undefined,
  }
}
