import { UsageError } from '../errors.ts'
import type { Format } from '../output/format.ts'
import { formats } from '../output/index.ts'
import type { Args, Command, Option } from './command.ts'

/** Flags that say how a view is printed. */
export const outputOptions: readonly Option[] = [
  {
    name: 'output',
    short: 'o',
    type: 'string',
    value: 'FORMAT',
    holds: 'format',
    describe: 'Output format',
  },
  { name: 'no-headers', type: 'boolean', describe: "Don't print headers (table and csv)" },
  {
    name: 'no-trunc',
    type: 'boolean',
    describe: 'Do not shorten cells to fit the terminal; what goes to a pipe or a file is never shortened',
  },
  {
    name: 'color',
    type: 'string',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    describe:
      'Show in red what fails and in yellow what may; auto means on a terminal, and minds NO_COLOR and FORCE_COLOR',
  },
  { name: 'sort-by', type: 'string', value: 'COLUMN', holds: 'column', describe: 'Sort the rows by this column' },
  {
    name: 'show-secrets',
    type: 'boolean',
    describe: 'Show passwords, tokens and header values in json, yaml and raw; private keys are never shown',
  },
]

/** The values of `-o` for a command. @param own formats that only this command has */
function formatNames(own: readonly string[] = []): string[] {
  return [...formats.map(({ name }) => name), ...own]
}

/** A command's options as help shows them: of `-o`, the formats that the command has, and the one without it. */
export function shownOptions({
  options,
  formats: own,
  defaultFormat = 'table',
}: Pick<Command, 'options' | 'formats' | 'defaultFormat'>): Option[] {
  return options.map((option) =>
    option.name === 'output' ? { ...option, choices: formatNames(own), default: defaultFormat } : option,
  )
}

/** What istioctl calls the table. */
const aliases: Readonly<Record<string, string>> = { short: 'table' }

/**
 * The name of the wanted format, aliases resolved.
 * @param own formats that only this command has
 * @throws UsageError in kubectl's words for a format that does not exist
 */
export function checkedFormat(wanted: string, own?: readonly string[]): string {
  const name = aliases[wanted] ?? wanted
  const allowed = formatNames(own)
  if (allowed.includes(name)) return name
  throw new UsageError(
    `unable to match a printer suitable for the output format "${wanted}", allowed formats are: ${allowed.toSorted().join(',')}`,
  )
}

/** The format of every command that has this name. */
export function formatNamed(name: string): Format {
  const found = formats.find((format) => format.name === name)
  if (found === undefined) throw new UsageError(`the output format "${name}" does not fit this command`)
  return found
}

/**
 * The format of an answer that has a table for each kind.
 * @throws UsageError for one that holds a single table
 */
export function formatOfSections(args: Args): Format {
  const format = formatNamed(checkedFormat(args.string('output') ?? 'table'))
  if (!format.holdsOneTable) return format
  throw new UsageError(`${format.name} holds one table, not one of each kind`, { hint: 'Try: -o jsonl' })
}
