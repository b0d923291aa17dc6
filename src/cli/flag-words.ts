import { UsageError } from '../errors.ts'
import type { Option } from './command.ts'
import { nearest } from './nearest.ts'

/**
 * The words of a command line in the one form that every parser reads alike: `-ojson` and `-o=json` as `-o json`.
 * @throws UsageError in kubectl's words for flags that do not exist (with a suggestion) or lack their value
 */
export function flagWords(argv: readonly string[], options: readonly Option[]): string[] {
  const words: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--') return [...words, ...argv.slice(at)]
    if (!word.startsWith('-') || word === '-') {
      words.push(word)
      continue
    }
    for (const { option, flag, value } of word.startsWith('--')
      ? [longFlag(word, options)]
      : shortFlags(word, options)) {
      if (option.type === 'boolean') {
        words.push(`--${option.name}=${truth(value, flag)}`)
        continue
      }
      const given = value ?? argv[++at]
      if (given === undefined) throw new UsageError(`flag needs an argument: ${lacking(flag, word)}`)
      // Joined, so that a value that begins with a dash stays a value.
      words.push(`--${option.name}=${given}`)
    }
  }
  return words
}

interface Flag {
  readonly option: Option
  readonly flag: string
  readonly value: string | undefined
}

function longFlag(word: string, options: readonly Option[]): Flag {
  const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  const option = options.find((each) => each.name === name || each.also?.includes(name))
  if (option !== undefined) return { option, flag: `--${name}`, value }
  const near = nearest(
    name,
    options.map((each) => each.name),
  )
  throw new UsageError(`unknown flag: --${name}`, {
    hint: near === undefined ? otherWay(name, options) : `Did you mean --${near}?`,
  })
}

/** The one flag that most commands have and some cannot: what they ask for is in no dump. */
function otherWay(name: string, options: readonly Option[]): string | undefined {
  const live = options.some((option) => option.name === 'url')
  return name === 'file' && live
    ? 'This command asks a live proxy: name a pod, or an admin endpoint with --url.'
    : undefined
}

/** `-rl x` is `-r -l x`; what follows a flag that takes a value is the value. */
function shortFlags(word: string, options: readonly Option[]): Flag[] {
  const flags: Flag[] = []
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] ?? ''
    const option = options.find(({ short }) => short === letter)
    if (option === undefined) throw new UsageError(`unknown shorthand flag: '${letter}' in ${word}`)
    const rest = word.slice(at + 1)
    if (option.type !== 'boolean')
      return [...flags, { option, flag: `-${letter}`, value: rest === '' ? undefined : rest.replace(/^=/, '') }]
    flags.push({ option, flag: `-${letter}`, value: undefined })
  }
  return flags
}

/** The spellings that kubectl takes: `true`, `True`, `TRUE`, `t`, `T`, `1`, and those of false. */
function truth(value: string | undefined, flag: string): boolean {
  if (value === undefined || /^(?:1|[tT]|true|True|TRUE)$/.test(value)) return true
  if (/^(?:0|[fF]|false|False|FALSE)$/.test(value)) return false
  throw new UsageError(`invalid argument ${JSON.stringify(value)} for "${flag}" flag: it takes true or false`)
}

function lacking(flag: string, word: string): string {
  return flag.startsWith('--') ? flag : `'${flag.slice(1)}' in ${word}`
}
