import type { Option } from '../../contract/command.ts'
import { needsValue, tokensOf } from '../arguments/tokens.ts'

/** The finished words of a command, as far as completion needs to understand them. */
export interface CommandLine {
  readonly positionals: readonly string[]
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>
  /** The flag whose value comes next. */
  readonly awaiting: Option | undefined
  /** After `--`: nothing is a flag any more. */
  readonly onlyPositionals: boolean
}

/** The words as parsing will read them; unknown flags are passed over. */
export function readCommandLine(words: readonly string[], options: readonly Option[]): CommandLine {
  const tokens = tokensOf(words, options)
  const last = tokens.at(-1)
  return {
    positionals: tokens.flatMap((token) => (token.kind === 'positional' ? [token.text] : [])),
    given: new Set(tokens.flatMap((token) => (token.kind === 'flag' ? [token.option.name] : []))),
    awaiting: last?.kind === 'flag' && needsValue(last) ? last.option : undefined,
    onlyPositionals: tokens.some(({ kind }) => kind === 'end'),
  }
}

/** A flag with its value begun in the same word: `--output=js`, `-njs`. */
export interface FlagBegun {
  readonly option: Option
  readonly value: string
  /** What stands before the value and the shell takes for a part of it: `-n`. It drops what ends in `=` itself. */
  readonly before: string
}

/** The flag whose value is being typed in this word; undefined when there is none. */
export function flagBegun(word: string, options: readonly Option[]): FlagBegun | undefined {
  const last = tokensOf([word], options).at(-1)
  if (last?.kind !== 'flag' || last.value === undefined) return undefined
  const before = word.slice(0, word.length - last.value.length)
  return { option: last.option, value: last.value, before: before.endsWith('=') ? '' : before }
}
