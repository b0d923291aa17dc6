import type { Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import { nearest } from './nearest.ts'
import { type Flag, needsValue, tokensOf, type UnknownFlag } from './tokens.ts'

/**
 * The words of a command line in the one form that every parser reads alike: `-ojson` and `-o=json` as `--output=json`.
 * @throws UsageError in kubectl's words for flags that do not exist (with a suggestion) or lack their value
 */
export function flagWords(argv: readonly string[], options: readonly Option[]): string[] {
  return tokensOf(argv, options).map((token) => {
    if (token.kind === 'positional') return token.text
    if (token.kind === 'end') return '--'
    if (token.kind === 'unknown') throw unknownFlag(token, options)
    if (needsValue(token)) throw new UsageError(`flag needs an argument: ${missingValue(token)}`)
    const { option, flag, value } = token
    // Joined, so that a value that begins with a dash stays a value.
    return `--${option.name}=${option.type === 'boolean' ? parseBoolean(value, flag) : value}`
  })
}

function unknownFlag({ flag, word }: UnknownFlag, options: readonly Option[]): UsageError {
  if (!word.startsWith('--')) return new UsageError(`unknown shorthand flag: '${flag}' in ${word}`)
  const near = nearest(
    flag,
    options.map(({ name }) => name),
  )
  return new UsageError(`unknown flag: --${flag}`, {
    hint: near === undefined ? fileFlagHint(flag, options) : `Did you mean --${near}?`,
  })
}

/** The one flag that most commands have and some cannot: what they ask for is in no dump. */
function fileFlagHint(name: string, options: readonly Option[]): string | undefined {
  const live = options.some((option) => option.name === 'url')
  return name === 'file' && live
    ? 'This command asks a live proxy: name a pod, or an admin endpoint with --url.'
    : undefined
}

/** The spellings that kubectl takes: `true`, `True`, `TRUE`, `t`, `T`, `1`, and those of false. */
function parseBoolean(value: string | undefined, flag: string): boolean {
  if (value === undefined || /^(?:1|[tT]|true|True|TRUE)$/.test(value)) return true
  if (/^(?:0|[fF]|false|False|FALSE)$/.test(value)) return false
  throw new UsageError(`invalid argument ${JSON.stringify(value)} for "${flag}" flag: it accepts true or false`)
}

function missingValue({ flag, word }: Flag): string {
  return flag.startsWith('--') ? flag : `'${flag.slice(1)}' in ${word}`
}
