import { AsyncLocalStorage } from 'node:async_hooks'
import { commands } from '../commands/index.ts'
import type { Context } from '../contract/command.ts'
import type { IO } from '../contract/io.ts'
import { withKubectlOptions } from '../contract/kubectl-options.ts'
import { plainError } from '../contract/plain-error.ts'
import type { ManyTasks } from '../contract/threads.ts'
import { UsageError } from '../errors.ts'
import { parseArgs } from './arguments/parse-args.ts'
import { createContext } from './run/context.ts'
import { readyFormat } from './run/ready-format.ts'
import { AskedPages } from './threads/asked-pages.ts'
import type { FromThread, Said, Start, ToThread } from './threads/messages.ts'
import { threadWord } from './threads/thread-word.ts'

/** The thread that asks, as the one that is asked sees it. */
export interface FirstThread {
  send(message: FromThread): void
  onMessage(listener: (message: ToThread) => void): void
}

/** Serves the thread that started this one, until that one ends it. @throws UsageError in the first thread */
export async function serveFirstThread(io: IO): Promise<never> {
  const { parentPort: port } = await import('node:worker_threads')
  if (port === null) throw new UsageError(`unknown command ${JSON.stringify(threadWord)}`)
  serveThread({ send: (message) => port.postMessage(message), onMessage: (take) => void port.on('message', take) }, io)
  return new Promise(() => undefined)
}

type Task = Extract<ToThread, { readonly task: number }>

/**
 * What a thread does: it runs the command as the first thread does, up to where that reads many proxies, and from then on does for each
 * proxy that it is given what the command does with it. All else that the command opens, says or prints is the first thread's affair.
 */
export function serveThread(first: FirstThread, outside: IO): void {
  const pages = new AskedPages(first.send)
  const early: Task[] = []
  let begin = (task: Task) => void early.push(task)

  const serve: Serve = ({ task, crossing }, proxies) => {
    begin = ({ task: done, pod }) => {
      const named = proxies[done]
      if (named === undefined) return
      const said: Said[] = []
      const proxy = pages.proxy({ ...named, ...(pod === undefined ? {} : { pod }) }, done)
      speaking
        .run(said, async () => crossing.plain(await task(proxy)))
        .then((result) => first.send({ done, result, said }))
        .catch((error: unknown) => first.send({ done, error: plainError(error), said }))
        .finally(() => pages.release(done))
    }
    early.forEach(begin)
  }

  first.onMessage((message) => {
    if ('start' in message)
      runCommand(message.start, outside, serve).catch((error: unknown) => first.send({ failed: plainError(error) }))
    else if ('task' in message) begin(message)
    else pages.answered(message)
  })
}

/** Called with what the command does with each proxy. */
type Serve = <T, P>(tasks: ManyTasks<T, P>, proxies: Start['proxies']) => void

/** What is said while a task is done, by that task. */
const speaking = new AsyncLocalStorage<Said[]>()

async function runCommand(
  { command: called, words, now, env, openedBefore, proxies }: Start,
  outside: IO,
  serve: Serve,
): Promise<void> {
  const command = commands.find(({ name }) => name === called)
  if (command === undefined) throw new Error('a command that the thread does not know')
  const args = await parseArgs(words, withKubectlOptions(command.options), command.positionals.max)
  const format = await readyFormat(args.string('output'), command, { stdoutColumns: undefined })
  const io: IO = { ...quiet(outside), env, now: () => new Date(now) }
  const own = createContext(command, args, io, { format, incomplete: () => undefined })
  let opened = 0
  const context: Context = {
    ...own,
    note: (text) => void speaking.getStore()?.push({ text }),
    incomplete: (text) => void speaking.getStore()?.push({ text, incomplete: true }),
    async open(...given) {
      opened += 1
      if (opened <= openedBefore) return own.open(...given)
      return proxies.map(({ label, live, ...id }) => ({ id, label, live, page: elsewhere, absence: elsewhere }))
    },
    fleet: async () => ({
      ...(await own.fleet()),
      spread(tasks) {
        serve(tasks, proxies)
        return new Promise(() => undefined)
      },
    }),
  }
  await (await command.load())(args, context)
  throw new Error('a command that gives its threads no task')
}

/** Pages are read of proxies that a task is about. */
function elsewhere(): Promise<never> {
  return Promise.reject(new Error('a proxy was read outside of its task'))
}

/** Nothing is printed, asked or started from a thread. */
function quiet({ cwd, invokedAs, self, signal }: IO): Omit<IO, 'env' | 'now'> {
  return {
    cwd,
    invokedAs,
    self,
    signal,
    stdin() {
      throw new Error('a thread has no standard input')
    },
    stdinIsTTY: false,
    stderrIsTTY: false,
    stdoutColumns: undefined,
    write: async () => false,
    warn: () => undefined,
  }
}
