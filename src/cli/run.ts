import { commands } from '../commands/index.ts'
import type { Args, Command } from '../contract/command.ts'
import { commandHelp, program, programHelp } from '../contract/help.ts'
import type { IO } from '../contract/io.ts'
import { withKubectlOptions } from '../contract/kubectl-options.ts'
import { formatFlag } from '../contract/output-options.ts'
import { version } from '../contract/version.ts'
import { AppError, type ErrorCode, exitCode, UsageError } from '../errors.ts'
import { safeLine } from '../output/text/safe-line.ts'
import { sqlWord } from '../sql/sql-word.ts'
import { nearest } from './arguments/nearest.ts'
import { parseArgs } from './arguments/parse-args.ts'
import { wordsFor } from './completion/invoked-as.ts'
import { createContext } from './run/context.ts'
import { withProgressLine } from './run/progress-line.ts'
import { readyFormat } from './run/ready-format.ts'
import { threadWord } from './threads/thread-word.ts'

/**
 * The whole program in process.
 * @param argv what follows the program's name
 * @returns the exit code; nothing is thrown for what a user can cause
 */
export async function run(argv: readonly string[], outside: IO): Promise<number> {
  const ended = new AbortController()
  const io = withProgressLine(outside, AbortSignal.any([outside.signal, ended.signal]))
  const words = inRole(wordsFor(io.invokedAs), argv)
  let command: Command | undefined
  let args: Args | undefined
  try {
    const [first, ...rest] = words
    if (first === '__complete') {
      const { printCompletion } = await import('./completion/print-completion.ts')
      return await printCompletion(rest, commands, outside)
    }
    if (first === threadWord) return await (await import('./serve-thread.ts')).serveMainThread(outside)
    if (first === sqlWord) return await (await import('../sql/engine/serve.ts')).serveSql(outside)
    if (first === undefined || first === 'help' || isHelp(first)) {
      const named = first === undefined ? undefined : rest.find((word) => !word.startsWith('-'))
      const found = named === undefined ? undefined : findCommand(named)
      return await print(io, found === undefined ? programHelp(commands) : commandHelp(found))
    }
    if (first === '--version' || first === 'version') return await print(io, `${program} ${version}\n`)
    if (first.startsWith('-'))
      throw new UsageError(`flags come after the command: ${program} COMMAND ${words.join(' ')}`)
    command = findCommand(first, rest[0])
    if (asksFor(rest, isHelp)) return await print(io, commandHelp(command))
    if (asksFor(rest, (word) => word === '--version')) return await print(io, `${program} ${version}\n`)
    args = await parseArgs(rest, withKubectlOptions(command.options), command.positionals.max)
    const verbosity = args.string('vklog')
    // As in kubectl; below 6 there is nothing that is logged.
    if (/^\d+$/.test(verbosity ?? '') && Number(verbosity) >= 6)
      io.logRequests((await import('./run/request-line.ts')).requestLine)
    const format = await readyFormat(formatFlag(args, command), command, io)
    const missing: string[] = []
    const context = createContext(command, args, io, {
      format,
      words: rest,
      incomplete: (why) => void missing.push(why),
    })
    const run = await command.load()
    const code = await run(args, context)
    missing.forEach(context.note)
    return missing.length > 0 && code !== exitCode.interrupted ? failureOf(command, exitCode.failed) : code
  } catch (error) {
    const code = failureOf(command, report(error, io, command))
    if (command !== undefined && args !== undefined && error instanceof AppError && !io.signal.aborted) {
      const { fileArgumentHint } = await import('./run/file-argument-hint.ts')
      const hint = fileArgumentHint(command, args)
      if (hint !== undefined) tell(io, hint)
    }
    return code
  } finally {
    io.endProgress()
    // What was begun early and not needed in the end (a port-forward) goes with the run, however that ended.
    ended.abort()
  }
}

/** The command's own exit code in place of the one of a failure. */
function failureOf(command: Command | undefined, code: number): number {
  return code === exitCode.failed ? (command?.failureCode ?? code) : code
}

/** Under the name of a command, completion is asked for what follows that command. */
function inRole(role: readonly string[], argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv
  return first === '__complete' ? [first, ...role, ...rest] : [...role, ...argv]
}

/** @param next the word behind it, which is the command where one too many stands before it: `get clusters` */
function findCommand(word: string, next?: string): Command {
  const called = (given: string | undefined) =>
    commands.find(({ name, aliases }) => given !== undefined && (name === given || aliases.includes(given)))
  const found = called(word)
  if (found !== undefined) return found
  const offered = commands.filter(({ hidden }) => !hidden).map(({ name }) => name)
  const near = nearest(word, offered) ?? called(next)?.name
  throw new UsageError(`unknown command ${JSON.stringify(word)} for ${JSON.stringify(program)}`, {
    hint: near === undefined ? undefined : ['Did you mean this?', `        ${near}`],
  })
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}

/** Whether a word is anywhere before `--`. */
function asksFor(words: readonly string[], wanted: (word: string) => boolean): boolean {
  const end = words.indexOf('--')
  return (end === -1 ? words : words.slice(0, end)).some(wanted)
}

async function print(io: IO, text: string): Promise<number> {
  const columns = io.stdoutColumns
  await io.write(columns === undefined ? text : (await import('../contract/help-width.ts')).helpWithin(text, columns))
  return exitCode.ok
}

/** kubectl puts `error: ` before every message but those of these errors, which say themselves that they are one. */
const unprefixed: ReadonlySet<ErrorCode | undefined> = new Set([
  'api-status',
  'configuration',
  'credentials',
  'server-refused',
  'server-unreachable',
])

/**
 * Prints an error. One that a user can act on is one line and a hint; anything else is an internal error and shows where it
 * happened. Not its message, which may quote the dump (`JSON.parse` does, a key that is read is named).
 * @returns the exit code
 */
export function report(error: unknown, io: Pick<IO, 'signal' | 'warn'>, command?: Command): number {
  if (io.signal.aborted) return exitCode.interrupted
  if (!(error instanceof AppError)) {
    tell(io, `error: internal error in ${program} ${version}, please report it`)
    tell(
      io,
      'Needed are the lines below, what you typed, your system, and the version of the proxy. They hold no data of the dump:',
    )
    for (const line of defectLines(error)) tell(io, `    ${line}`)
    return exitCode.failed
  }
  const { message, hintLines, code } = error
  tell(io, unprefixed.has(code) ? message : `error: ${message}`)
  for (const line of hintLines) tell(io, line)
  if (error instanceof UsageError) {
    const of = command === undefined ? program : `${program} ${command.name}`
    tell(io, `See '${of} -h' for help and examples`)
  }
  return error.exitCode
}

/**
 * Says that the run ended without an end: what it waited for can no longer come.
 * @returns the exit code
 */
export function reportUnfinished(io: Pick<IO, 'warn'>): number {
  tell(io, `error: ${program} ${version} waited for something that can no longer come: the answer is not complete`)
  tell(io, 'This is an error of the program, please report it with what you typed.')
  return exitCode.failed
}

function defectLines(error: unknown): string[] {
  if (!(error instanceof Error)) return [typeof error]
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return [
    `${error.name}${code}`,
    ...(error.stack ?? '').split('\n').filter((line) => /^ +at [^'"]*:\d+:\d+\)?$/.test(line)),
  ]
}

/** Characters of a line that are printed: what it quotes may come from a server that never stops. */
const longestLine = 10_000

/** What a line quotes may come from a dump, from a server, or from whoever wrote the arguments: it stays one line. */
function tell(io: Pick<IO, 'warn'>, line: string): void {
  io.warn(`${safeLine(line.length > longestLine ? `${line.slice(0, longestLine)}…` : line)}\n`)
}
