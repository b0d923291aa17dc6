import type { Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import { type Flag, needsValue, type Token, tokensOf, type UnknownFlag } from './tokens.ts'

/**
 * The words of a command line in the one form that every parser reads alike: `-ojson` and `-o=json` as `--output=json`.
 * @throws UsageError in kubectl's words for flags that do not exist (with a suggestion) or lack their value
 */
export async function flagWords(argv: readonly string[], options: readonly Option[]): Promise<string[]> {
  const words: string[] = []
  for (const token of tokensOf(argv, options)) {
    if (token.kind === 'unknown') throw (await import('./unknown-flag.ts')).unknownFlag(token, options)
    words.push(wordOf(token))
  }
  return words
}

function wordOf(token: Exclude<Token, UnknownFlag>): string {
  if (token.kind === 'positional') return token.text
  if (token.kind === 'end') return '--'
  if (needsValue(token)) throw new UsageError(`flag needs an argument: ${missingValue(token)}`)
  const { option, flag, value } = token
  // Joined, so that a value that begins with a dash stays a value.
  return `--${option.name}=${option.type === 'boolean' ? parseBoolean(value, flag) : value}`
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
