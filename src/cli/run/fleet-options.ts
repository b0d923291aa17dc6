import { statSync } from 'node:fs'
import type { Args, Command, Context } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { requestTimeout } from '../../fetch/kube/access/duration.ts'
import { limits } from '../../fetch/limits.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** Proxies at a time where the command has no flag for it. */
const usualConcurrency = 16

/** Proxies from which on threads are started: to start two takes as long as to read some ten dumps of 2 MB. */
const minForThreads = 32

interface Running extends Pick<Context, 'io' | 'note' | 'incomplete'> {
  readonly io: IO
  readonly command: Command
  /** What follows its name on the command line. */
  readonly words: readonly string[] | undefined
  /** The proxies that it has opened so far, each time. */
  readonly opened: readonly (readonly MeshProxy[])[]
}

/** Whether a word names what can be read once: standard input, a pipe. Each thread reads what flags name. */
function isReadOnce(word: string): boolean {
  return /(?:^|=|^-\w)-$|\/(?:dev|proc)\//.test(word) || isPipe(word.replace(/^--[\w-]+=/, ''))
}

function isPipe(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true
  } catch {
    return false
  }
}

/** How the arguments ask for many proxies to be read, and the threads that do it. */
export function fleetOptions(
  args: Args,
  { command, words, opened, io, note, incomplete }: Running,
): Awaited<ReturnType<Context['fleet']>> {
  const concurrency = args.number('concurrency') ?? usualConcurrency
  return {
    concurrency,
    deadline: requestTimeout(args.string('request-timeout')) ?? limits.wholeAnswer,
    showFailures: args.boolean('show-failures') === true,
    async spread(tasks) {
      if (words === undefined || words.some(isReadOnce) || concurrency === 1 || tasks.proxies.length < minForThreads)
        return undefined
      const openedBefore = opened.indexOf(tasks.proxies)
      // What the command opened before these, each thread opens as well: files only.
      if (opened.slice(0, openedBefore).some((proxies) => proxies.some(({ live }) => live))) return undefined
      const threads = openedBefore === -1 ? undefined : await io.threads?.()
      if (threads === undefined) return undefined
      const { spreadTasks } = await import('../threads/spread.ts')
      return spreadTasks(tasks, {
        threads,
        command: command.name,
        words,
        now: io.now().getTime(),
        openedBefore,
        env: io.env,
        note: ({ text, incomplete: isIncomplete }) => (isIncomplete ? incomplete(text) : note(text)),
      })
    },
    async divide({ size, ...work }) {
      if (words === undefined || words.some(isReadOnce) || concurrency === 1) return undefined
      const threads = await io.threads?.()
      if (threads === undefined || size < (threads.minDivided ?? Number.POSITIVE_INFINITY)) return undefined
      const { divideWork } = await import('../threads/divide.ts')
      return divideWork(work, {
        threads,
        command: command.name,
        words,
        now: io.now().getTime(),
        openedBefore: opened.length,
        env: io.env,
        stdoutColumns: io.stdoutColumns,
      })
    },
  }
}
