import type { Args, Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import { flagWords } from './flag-words.ts'

type Value = string | number | boolean | undefined

/**
 * Reads the arguments of one command with yargs' parser, which knows nothing but this command's options. The parser alone: all of
 * yargs takes 30 ms to load, and help, completion and errors are this program's own.
 * @throws UsageError for unknown flags (with a suggestion), missing or malformed values, too many arguments
 */
export async function parseArgs(
  argv: readonly string[],
  options: readonly Option[],
  maxPositionals: number,
): Promise<Args> {
  const { Parser } = await import('yargs/helpers')
  const named = (wanted: (option: Option) => boolean) => options.filter(wanted).map(({ name }) => name)
  const { argv: parsed } = Parser.detailed(await flagWords(argv, options), {
    alias: Object.fromEntries(options.flatMap(({ name, short }) => (short === undefined ? [] : [[name, [short]]]))),
    boolean: named(({ type }) => type === 'boolean'),
    string: named(({ type }) => type !== 'boolean'),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    },
  })
  const positionals = parsed._.map(String)
  if (positionals.length > maxPositionals) {
    throw await (await import('./too-many-arguments.ts')).tooManyArguments(positionals, maxPositionals)
  }
  const flags: Readonly<Record<string, unknown>> = parsed
  const values = new Map(options.map((option) => [option.name, valuesOf(option, flags[option.name])]))
  const mayShareInput = argv.filter((word) => word.endsWith('-')).length > 1
  if (mayShareInput) (await import('./refuse-shared-input.ts')).refuseSharedInput(options, values)
  return new ParsedArgs(positionals, values)
}

class ParsedArgs implements Args {
  readonly positionals: readonly string[]
  readonly #values: ReadonlyMap<string, readonly Value[]>

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly Value[]>) {
    this.positionals = positionals
    this.#values = values
  }

  string(name: string): string | undefined {
    const value = this.#values.get(name)?.at(-1)
    return value === undefined ? undefined : String(value)
  }

  strings(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).filter((value) => value !== undefined).map(String)
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name)?.at(-1)
    return typeof value === 'number' ? value : undefined
  }

  boolean(name: string): boolean | undefined {
    const value = this.#values.get(name)?.at(-1)
    return typeof value === 'boolean' ? value : undefined
  }
}

/** The values given for an option, else its default. */
function valuesOf(option: Option, given: unknown): Value[] {
  const list: unknown[] = given === undefined ? [] : Array.isArray(given) ? given : [given]
  if (list.length === 0) return [option.default]
  if (option.once && !option.repeatable && list.some((value) => value !== list[0]))
    throw new UsageError(`--${option.name} can be given only once`)
  return list.map((value) => checked(option, value))
}

function checked(option: Option, value: unknown): Value {
  const { name, type, choices } = option
  if (type === 'boolean') return value === true
  const text = String(value)
  if (text === '' && type === 'number') throw new UsageError(`--${name} needs a whole number`)
  if (type === 'number') {
    if (!/^\d+$/.test(text)) throw new UsageError(`--${name} needs a whole number, got ${JSON.stringify(text)}`)
    return Number(text)
  }
  if (choices !== undefined && !choices.includes(text)) {
    throw new UsageError(`--${name} accepts one of ${choices.join(', ')}, got ${JSON.stringify(text)}`)
  }
  return text
}
