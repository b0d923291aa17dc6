import { UsageError } from '../errors.ts'
import type { Args, Option } from './command.ts'
import { nearest } from './nearest.ts'

type Value = string | number | boolean | undefined

/**
 * Reads the arguments of one command with yargs, which knows nothing but this command's options.
 * @throws UsageError for unknown flags (with a suggestion), missing or malformed values, too many arguments
 */
export async function parseArgs(
  argv: readonly string[],
  options: readonly Option[],
  mostPositionals: number,
): Promise<Args> {
  const { default: yargs } = await import('yargs')
  const parser = yargs([])
    .help(false)
    .version(false)
    .exitProcess(false)
    .showHelpOnFail(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'duplicate-arguments-array': true,
      'greedy-arrays': false,
      'short-option-groups': true,
      'unknown-options-as-args': false,
    })
    .fail((message, error) => {
      throw error ?? new UsageError(message)
    })
  for (const option of options) {
    parser.option(option.name, {
      ...(option.short === undefined ? {} : { alias: option.short }),
      type: option.type === 'boolean' ? 'boolean' : 'string',
      ...(option.type === 'boolean' ? {} : { requiresArg: true }),
      ...(option.repeatable ? { array: true, nargs: 1 } : {}),
    })
  }
  const parsed = await parser.parseAsync([...argv])
  const { _: rest, $0: _name, ...flags } = parsed as Record<string, unknown> & { _: unknown[] }
  const positionals = rest.map(String)
  refuseUnknown(Object.keys(flags), options)
  if (positionals.length > mostPositionals) {
    throw new UsageError(
      mostPositionals === 0
        ? `unexpected argument: ${JSON.stringify(positionals[0])}`
        : `at most ${mostPositionals === 1 ? 'one argument is' : `${mostPositionals} arguments are`} expected, got ${positionals.length}: ${positionals.join(' ')}`,
    )
  }
  const values = new Map(options.map((option) => [option.name, valuesOf(option, flags[option.name])]))
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
  const list = given === undefined ? [] : Array.isArray(given) ? given : [given]
  if (list.length === 0) return [option.default]
  return list.map((value: unknown) => checked(option, value))
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
    throw new UsageError(`--${name} takes one of ${choices.join(', ')}, got ${JSON.stringify(text)}`)
  }
  return text
}

function refuseUnknown(given: readonly string[], options: readonly Option[]): void {
  const known = new Set(options.flatMap(({ name, short }) => (short === undefined ? [name] : [name, short])))
  const unknown = given.find((flag) => !known.has(flag))
  if (unknown === undefined) return
  const flag = unknown.length === 1 ? `shorthand flag: ${JSON.stringify(unknown)} in -${unknown}` : `flag: --${unknown}`
  const near = nearest(
    unknown,
    [...known].filter((name) => name.length > 1),
  )
  throw new UsageError(`unknown ${flag}`, near === undefined ? {} : { hint: `Did you mean --${near}?` })
}
