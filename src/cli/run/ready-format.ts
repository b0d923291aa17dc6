import type { Command } from '../../contract/command.ts'
import type { IO } from '../../contract/io.ts'
import { pageFormat, type WantedFormat, wantedFormat } from '../../contract/output-options.ts'
import { UsageError } from '../../errors.ts'

/** The format that is asked for, with its template when it takes one. */
export interface ReadyFormat extends Pick<WantedFormat, 'name' | 'shows'> {
  readonly template?: string
}

/**
 * A mistyped format, and a template that cannot be read, are reported before anything is fetched or changed.
 * @param output the value of `-o`
 * @throws UsageError also for bytes that would go to a terminal, AppError when the file of a template cannot be read
 */
export async function readyFormat(
  output: string | undefined,
  command: Command,
  io: Pick<IO, 'stdoutColumns'>,
): Promise<ReadyFormat> {
  const { name, shows, takes, argument, isBinary } = wantedFormat(output, command)
  if (isBinary && io.stdoutColumns !== undefined) {
    const [prints, file] = name === pageFormat ? ['a page, which is', command.name] : ['bytes, which are', 'rows']
    throw new UsageError(`-o ${name} prints ${prints} not for a terminal`, { hint: `Try: > ${file}.${name}` })
  }
  if (takes === undefined) return { name, shows }
  const { checkTemplate, missingTemplate } = await import('../../output/template/render-template.ts')
  if (!argument) throw missingTemplate(name)
  const template = takes === 'file' ? (await import('./template-file.ts')).templateFile(argument) : argument
  checkTemplate(name, template)
  return { name, shows, template }
}
