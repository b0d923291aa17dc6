import { UsageError } from '../errors.ts'
import type { Format } from '../output/format.ts'
import { formats } from '../output/index.ts'
import type { Args, Command, Option } from './command.ts'

/** How a view is printed. */
export const outputOptions: readonly Option[] = [
  { name: 'output', short: 'o', type: 'string', value: 'FORMAT', holds: 'format', describe: 'Output format' },
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
      'Show in red what fails and in yellow what may; auto means on a terminal, and follows NO_COLOR and FORCE_COLOR',
  },
  {
    name: 'sort-by',
    type: 'string',
    value: 'COLUMN',
    holds: 'column',
    describe:
      "Sort the rows by this column, or what is printed by this path in it, such as '{.loadAssignment.clusterName}'",
  },
  {
    name: 'show-secrets',
    type: 'boolean',
    describe: 'Show passwords, tokens and header values in json, yaml and raw; private keys are never shown',
  },
]

/** The format of `-o`, else of folded rows; undefined where `-o` names a file. */
export function formatFlag(args: Args, { options }: Pick<Command, 'options'>): string | undefined {
  const usual = args.boolean('group') || args.boolean('odd') ? 'table' : undefined
  return options.some(isFormat) ? (args.string('output') ?? usual) : undefined
}

function isFormat({ name, holds }: Option): boolean {
  return name === 'output' && holds === 'format'
}

type Formats = Pick<Command, 'formats' | 'withoutFormats' | 'defaultFormat'>

/** The values of `-o` for a command. */
function formatNames({ formats: own = [], withoutFormats = [] }: Formats): string[] {
  return [...formats.map(({ name }) => name).filter((name) => !withoutFormats.includes(name)), ...own]
}

/** A command's options as help shows them: `-o` with its formats and the one without it. */
export function shownOptions(command: Pick<Command, 'options'> & Formats): Option[] {
  const { options, defaultFormat = 'table' } = command
  return options.map((option) =>
    isFormat(option) ? { ...option, choices: formatNames(command), default: defaultFormat } : option,
  )
}

/** An answer as the page of `report`: for a file or a browser, as bytes are. */
export const pageFormat = 'html'

/** What istioctl calls the table. */
const aliases: Readonly<Record<string, string>> = { short: 'table' }

/** What `-o` asks for: `jsonpath={.items[*].name}` is the format jsonpath with an argument. */
export interface WantedFormat {
  readonly name: string
  /** Whether rows are printed, or the document behind them. */
  readonly shows: Format['shows']
  /** What it takes behind its name. */
  readonly takes?: 'template' | 'file'
  readonly argument?: string | undefined
  /** It is nothing for a terminal. */
  readonly isBinary?: boolean
}

/** @throws UsageError in kubectl's words for a format that the command does not have */
export function wantedFormat(output: string | undefined, command: Formats): WantedFormat {
  const wanted = output ?? command.defaultFormat ?? 'table'
  const [, given = '', argument] = /^([^=]*)(?:=(.*))?$/s.exec(wanted) ?? []
  const name = aliases[given] ?? given
  const format = formats.find((each) => each.name === name)
  const allowed = formatNames(command)
  if (!allowed.includes(name) || (argument !== undefined && format?.takes === undefined))
    throw new UsageError(
      `unable to match a printer suitable for the output format "${wanted}", allowed formats are: ${allowed.toSorted().join(',')}`,
    )
  const { takes, shows = 'rows', isBinary = name === pageFormat } = format ?? {}
  return { name, shows, isBinary, ...(takes === undefined ? {} : { takes, argument }) }
}

/** The format of every command that has this name. */
export function formatNamed(name: string): Format {
  const found = formats.find((format) => format.name === name)
  if (found === undefined) throw new UsageError(`the output format "${name}" does not fit this command`)
  return found
}

/**
 * For an answer that has a table for each kind.
 * @throws UsageError for a format that holds a single table
 */
export function refuseOneTable(name: string): void {
  if (formats.some((format) => format.name === name && format.holdsOneTable))
    throw new UsageError(`${name} holds one table, not one of each kind`, { hint: 'Try: -o jsonl' })
}

/** Formats that such an answer cannot have. */
export const formatsOfOneTable = formats.filter(({ holdsOneTable }) => holdsOneTable).map(({ name }) => name)

/** Formats that print bytes. */
export const formatsOfBytes = formats.filter(({ isBinary }) => isBinary).map(({ name }) => name)

/** Every format but these: what a command that prints as it goes does not have. */
export function formatsBesides(...names: readonly string[]): readonly string[] {
  return formats.map(({ name }) => name).filter((name) => !names.includes(name))
}
