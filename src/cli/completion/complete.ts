import type { Command, FirstArgument, Option } from '../../contract/command.ts'
import { withKubectlOptions } from '../../contract/kubectl-options.ts'
import { namingFlags } from '../../contract/named-sources.ts'
import { pipeFree } from '../../envoy/text/pipe-free.ts'
import { type CommandLine, flagBegun, readCommandLine } from './command-line.ts'
import { type Candidate, type Completion, directive, nothing } from './directive.ts'
import { flagValues } from './flag-values.ts'
import type { Lookups } from './lookups.ts'
import { begunBy, isPlain, plainLookups } from './plain-names.ts'
import { targetCandidates } from './target-candidates.ts'

/**
 * Completes a command line.
 * @param words what follows the program's name; the last one is being typed, empty when a new word starts
 * @param lookupsFor names outside the program, given the command and the finished words after it
 * @throws what a lookup throws
 */
export async function complete(
  words: readonly string[],
  commands: readonly Command[],
  lookupsFor: (command: Command, finished: readonly string[]) => Lookups,
): Promise<Completion> {
  const typed = words.at(-1) ?? ''
  const [first, ...finished] = words.slice(0, -1)
  if (first === undefined) return offer(typed.startsWith('-') ? programFlags : commandNames(commands, typed), typed)
  if (first === 'help') return finished.length === 0 ? offer(commandNames(commands, typed), typed) : nothing
  const command = commands.find(({ name, aliases }) => name === first || aliases.includes(first))
  if (command === undefined) return nothing
  const lookups = plainLookups(lookupsFor(command, finished))
  const options = withKubectlOptions(command.options)
  const line = readCommandLine(finished, options)
  const valuesOf = async (option: Option, value: string) =>
    offerOrFiles(await flagValues(option, value, command, lookups), value)
  if (line.awaiting !== undefined) return await valuesOf(line.awaiting, typed)
  if (typed.startsWith('-') && !line.onlyPositionals) {
    const begun = flagBegun(typed, options)
    if (begun === undefined) return typed.includes('=') ? nothing : offer(flagNames(options, line, typed), typed)
    const { candidates, directive: bits } = await valuesOf(begun.option, begun.value)
    const whole = candidates.map((candidate) => ({ ...candidate, text: `${begun.before}${candidate.text}` }))
    return { candidates: whole, directive: bits }
  }
  const choices = (await command.firstArguments?.()) ?? []
  const [begun] = line.positionals
  if (choices.some(({ text, aliases }) => begun === undefined || text === begun || aliases?.includes(begun)))
    return await afterFirstArguments(choices, line, typed, lookups)
  return await argument(command, line, typed, lookups)
}

/** The first argument of a command that takes one of a few words, or what follows that word. */
async function afterFirstArguments(
  choices: readonly FirstArgument[],
  line: CommandLine,
  typed: string,
  lookups: Lookups,
) {
  const [first, ...others] = line.positionals
  if (first === undefined) {
    const named = choices.map(({ text, describe }) => ({
      text,
      ...(describe === undefined ? {} : { description: describe }),
    }))
    return offer(named, typed)
  }
  const next = choices.find(({ text, aliases }) => text === first || aliases?.includes(first))?.next
  if (next === undefined || others.length > 0 || isElsewhere(line)) return nothing
  if (next === 'target') return offer(await targetCandidates(typed, lookups), typed)
  if ('words' in next)
    return offer(
      next.words.map((text) => ({ text })),
      typed,
    )
  return offer(
    (await lookups.objects(next.objects)).map((text) => ({ text })),
    typed,
  )
}

/** The next argument of a command whose arguments are of known kinds. */
async function argument({ positionals }: Command, line: CommandLine, typed: string, lookups: Lookups) {
  const { beforeFile, words = [] } = positionals
  const word = words.find(({ text }) => text === line.positionals[0])
  if (word !== undefined) {
    const after = line.positionals.length === 1 ? ((await word.next?.()) ?? []) : []
    return offer(
      after.map((text) => ({ text })),
      typed,
    )
  }
  if (beforeFile !== undefined && line.positionals[0] === beforeFile)
    return line.positionals.length === 1 ? offerOrFiles('files', typed) : nothing
  // Another target than an argument takes the place of that argument.
  const kinds = (positionals.kinds ?? []).filter((kind) => kind !== 'target' || !isElsewhere(line))
  const max = positionals.max - (positionals.kinds ?? []).length + kinds.length
  const at = line.positionals.length
  const kind = at < max ? (kinds[at] ?? kinds.at(-1)) : undefined
  if (kind === undefined) return nothing
  if (kind === 'target') {
    const own = [
      ...(beforeFile === undefined ? [] : [{ text: beforeFile }]),
      ...words.map(({ text, describe }) => ({ text, description: describe })),
    ]
    return offer([...(at === 0 ? own : []), ...(await targetCandidates(typed, lookups))], typed)
  }
  return offer(
    begunBy(typed, await lookups.urls()).map((text) => ({ text })),
    typed,
  )
}

const programFlags: readonly Candidate[] = [
  { text: '--help', description: 'Show help' },
  { text: '--version', description: 'Show the version' },
]

/** Aliases are offered only to who is typing one. */
function commandNames(commands: readonly Command[], typed: string): Candidate[] {
  const shown = commands.filter(({ hidden }) => !hidden)
  const names = shown.map(({ name, summary }) => ({ text: name, description: summary }))
  if (typed === '' || names.some(({ text }) => text.startsWith(typed))) return names
  return shown.flatMap(({ aliases, summary }) => aliases.map((text) => ({ text, description: summary })))
}

/** Flags that can still be given and are in help; short ones only where nothing but the dash is typed. */
function flagNames(options: readonly Option[], { given }: CommandLine, typed: string): Candidate[] {
  const left = options.filter(({ name, repeatable, hidden }) => !hidden && (repeatable || !given.has(name)))
  return [
    ...left.map(({ name, describe }) => ({ text: `--${name}`, description: describe })),
    ...(typed === '-'
      ? left.flatMap(({ short, describe }) => (short === undefined ? [] : { text: `-${short}`, description: describe }))
      : []),
    { text: '--help', description: 'Show help' },
  ]
}

/** Whether a flag says whose configuration is read. */
function isElsewhere({ given }: CommandLine): boolean {
  return namingFlags.some((flag) => given.has(flag))
}

function offerOrFiles(candidates: readonly Candidate[] | 'files', typed: string): Completion {
  return candidates === 'files' ? { candidates: [], directive: directive.none } : offer(candidates, typed)
}

/** What ends in one of these goes on: `deploy/`, `http:`, `jsonpath=`. */
const goesOn = /[/:=]$/

/** What starts with the typed text, as long as nothing in it could mean something to a shell. */
function offer(candidates: readonly Candidate[], typed: string): Completion {
  const wanted = pipeFree(typed)
  const fitting = candidates.filter(({ text }) => text.startsWith(wanted) && isPlain(text.replace(/^--?/, '')))
  const unfinished = fitting.length > 0 && fitting.every(({ text }) => goesOn.test(text))
  return { candidates: fitting, directive: directive.noFiles | (unfinished ? directive.noSpace : 0) }
}
