import type { Option } from '../command.ts'

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

/** Reads `--flag value`, `--flag=value`, `-x value`, `-xvalue`, `-ab` and `--`. Unknown flags take no value. */
export function readCommandLine(words: readonly string[], options: readonly Option[]): CommandLine {
  const positionals: string[] = []
  const given = new Set<string>()
  let awaiting: Option | undefined
  let onlyPositionals = false
  for (const word of words) {
    if (awaiting !== undefined) {
      awaiting = undefined
    } else if (onlyPositionals || !word.startsWith('-') || word === '-') {
      positionals.push(word)
    } else if (word === '--') {
      onlyPositionals = true
    } else {
      const flags = word.startsWith('--') ? longFlag(word, options) : shortFlags(word, options)
      for (const { name } of flags.found) given.add(name)
      if (flags.open) awaiting = flags.found.at(-1)
    }
  }
  return { positionals, given, awaiting, onlyPositionals }
}

interface Flags {
  readonly found: readonly Option[]
  /** The last one still needs its value. */
  readonly open: boolean
}

function longFlag(word: string, options: readonly Option[]): Flags {
  const [name] = word.slice(2).split('=', 1)
  const option = options.find((candidate) => candidate.name === name)
  if (option === undefined) return { found: [], open: false }
  return { found: [option], open: !word.includes('=') && option.type !== 'boolean' }
}

function shortFlags(word: string, options: readonly Option[]): Flags {
  const found: Option[] = []
  for (let at = 1; at < word.length; at++) {
    const option = options.find(({ short }) => short === word[at])
    if (option === undefined) break
    found.push(option)
    if (option.type !== 'boolean') return { found, open: at === word.length - 1 }
  }
  return { found, open: false }
}
