import type { Option } from '../../contract/command.ts'

/** A part of a command line, as parsing and completion both read it. */
export type Token =
  | { readonly kind: 'positional'; readonly text: string }
  /** `--`: nothing is a flag after it. */
  | { readonly kind: 'end' }
  | Flag
  | UnknownFlag

/** A word, or what is left of it, that names no flag. */
export interface UnknownFlag {
  readonly kind: 'unknown'
  /** Its name, or its letter. */
  readonly flag: string
  readonly word: string
}

export interface Flag {
  readonly kind: 'flag'
  readonly option: Option
  /** As it was written: `--timeout`, `-n`. */
  readonly flag: string
  readonly word: string
  /** Undefined for a boolean flag without `=`, and where the command line ends before the value. */
  readonly value: string | undefined
}

/** Reads `--flag value`, `--flag=value`, `-x value`, `-x=value`, `-xvalue`, `-ab` and `--`. An unknown flag has no value. */
export function tokensOf(argv: readonly string[], options: readonly Option[]): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--') {
      return [...tokens, { kind: 'end' }, ...argv.slice(at + 1).map((text) => ({ kind: 'positional', text }) as const)]
    }
    if (!word.startsWith('-') || word === '-') {
      tokens.push({ kind: 'positional', text: word })
      continue
    }
    const flags = word.startsWith('--') ? [longFlag(word, options)] : shortFlags(word, options)
    for (const flag of flags)
      tokens.push(flag.kind === 'flag' && needsValue(flag) ? { ...flag, value: argv[++at] } : flag)
  }
  return tokens
}

/** Whether a flag still lacks the value that it takes. */
export function needsValue({ option, value }: Flag): boolean {
  return option.type !== 'boolean' && value === undefined
}

function longFlag(word: string, options: readonly Option[]): Flag | UnknownFlag {
  const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  const option = options.find((each) => each.name === name || each.aliases?.includes(name))
  if (option === undefined) return { kind: 'unknown', flag: name, word }
  return { kind: 'flag', option, flag: `--${name}`, word, value }
}

/** `-rl x` is `-r -l x`; what follows a flag that accepts a value is the value. */
function shortFlags(word: string, options: readonly Option[]): (Flag | UnknownFlag)[] {
  const tokens: (Flag | UnknownFlag)[] = []
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] ?? ''
    const option = options.find(({ short }) => short === letter)
    if (option === undefined) return [...tokens, { kind: 'unknown', flag: letter, word }]
    const flag = { kind: 'flag', option, flag: `-${letter}`, word } as const
    const rest = word.slice(at + 1)
    if (option.type !== 'boolean')
      return [...tokens, { ...flag, value: rest === '' ? undefined : rest.replace(/^=/, '') }]
    tokens.push({ ...flag, value: undefined })
  }
  return tokens
}
