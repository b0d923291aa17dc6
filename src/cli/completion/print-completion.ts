import type { Command } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { exitCode } from '../../errors.ts'
import { complete } from './complete.ts'
import { type Completion, nothing } from './directive.ts'
import { machineLookups } from './machine-lookups.ts'

/** How long a TAB may take, in milliseconds, whatever the cluster does. */
const maxWaitMs = 2_000

/**
 * `__complete WORDS…`: prints the candidates for the last word in cobra's protocol, which kubectl and every cobra script read.
 * It never fails and never writes to stderr: a shell that waits for candidates has no use for an error.
 */
export async function printCompletion(words: readonly string[], commands: readonly Command[], io: IO): Promise<number> {
  const { candidates, directive } = await withinTime(words, commands, io).catch(() => nothing)
  const lines = candidates.map(({ text, description }) =>
    description === undefined ? text : `${text}\t${description.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')}`,
  )
  await io.write([...lines, `:${directive}\n`].join('\n'))
  return exitCode.ok
}

async function withinTime(words: readonly string[], commands: readonly Command[], io: IO): Promise<Completion> {
  const tooLate = AbortSignal.timeout(maxWaitMs)
  const quiet: IO = { ...io, warn: () => {}, stdinIsTTY: false, signal: AbortSignal.any([io.signal, tooLate]) }
  const lookupsFor = (command: Command, finished: readonly string[]) => machineLookups(command, finished, quiet)
  const late = new Promise<Completion>((resolve) => tooLate.addEventListener('abort', () => resolve(nothing)))
  return await Promise.race([complete(words, commands, lookupsFor), late])
}
