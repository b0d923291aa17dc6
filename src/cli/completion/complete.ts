import type { Command, Option, Word } from '../command.ts'
import { withKubectlOptions } from '../kubectl-options.ts'
import { type CommandLine, readCommandLine } from './command-line.ts'
import { type Candidate, type Completion, directive, nothing } from './directive.ts'
import { flagValues } from './flag-values.ts'
import { levelCandidates } from './level-candidates.ts'
import type { Lookups } from './lookups.ts'

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
  const lookups = lookupsFor(command, finished)
  const options = withKubectlOptions(command.options).filter(({ hidden }) => !hidden)
  const line = readCommandLine(finished, options)
  if (line.awaiting !== undefined) return await values(line.awaiting, typed, command, lookups)
  if (typed.startsWith('-') && !line.onlyPositionals) {
    const [flag, value] = splitOnce(typed)
    if (value === undefined) return offer(flagNames(options, line, typed), typed)
    const option = options.find(({ name }) => `--${name}` === flag)
    if (option === undefined) return nothing
    return await values(option, value, command, lookups)
  }
  if (command.words !== undefined) return await afterWords(await command.words(), line, typed, lookups)
  return takesTarget(command, line) ? await targets(typed, lookups) : nothing
}

/** The first argument of a command that takes one of a few words, or what follows that word. */
async function afterWords(words: readonly Word[], line: CommandLine, typed: string, lookups: Lookups) {
  const [first, ...others] = line.positionals
  if (first === undefined) {
    const named = words.map(({ text, describe }) => ({
      text,
      ...(describe === undefined ? {} : { description: describe }),
    }))
    return offer(named, typed)
  }
  const next = words.find(({ text, aliases }) => text === first || aliases?.includes(first))?.next
  if (next === undefined || others.length > 0 || isElsewhere(line)) return nothing
  if (next === 'target') return await targets(typed, lookups)
  return offer(
    (await lookups.objects(next.objects)).map((text) => ({ text })),
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

/** Flags that can still be given; short ones only where nothing but the dash is typed. */
function flagNames(options: readonly Option[], { given }: CommandLine, typed: string): Candidate[] {
  const left = options.filter(({ name, repeatable }) => repeatable || !given.has(name))
  return [
    ...left.map(({ name, describe }) => ({ text: `--${name}`, description: describe })),
    ...(typed === '-'
      ? left.flatMap(({ short, describe }) => (short === undefined ? [] : { text: `-${short}`, description: describe }))
      : []),
    { text: '--help', description: 'Show help' },
  ]
}

async function values(option: Option, typed: string, command: Command, lookups: Lookups): Promise<Completion> {
  if (option.type === 'boolean') return offer([{ text: 'true' }, { text: 'false' }], typed)
  if (option.name === 'level') return unfinished(offer(await levelCandidates(typed, command, lookups), typed), ':')
  if (option.several !== undefined) {
    const before = typed.slice(0, typed.lastIndexOf(',') + 1)
    return offer(
      option.several.map((word) => ({ text: `${before}${word}` })),
      typed,
    )
  }
  const candidates = await flagValues(option, command, lookups)
  return candidates === 'files' ? { candidates: [], directive: directive.none } : offer(candidates, typed)
}

/** A pod or TYPE/NAME comes next: the command reads one, and no other target is given. */
function takesTarget({ synopsis, positionals }: Command, line: CommandLine): boolean {
  const most = synopsis.endsWith(' URL') ? positionals.most - 1 : positionals.most
  return synopsis.includes('POD') && !isElsewhere(line) && line.positionals.length < most
}

/** Whether a flag says whose configuration is read. */
function isElsewhere({ given }: CommandLine): boolean {
  return ['file', 'url', 'selector'].some((flag) => given.has(flag))
}

/** In the order they are offered; any other spelling of a type works as well. */
const types = ['deploy', 'sts', 'ds', 'job', 'svc', 'gateway']
const longTypes = ['deployment', 'statefulset', 'daemonset', 'replicaset', 'replicationcontroller', 'service', 'pod']

/** `type/NAME` once there is a slash, else pods and the types that a name can have. */
async function targets(typed: string, lookups: Lookups): Promise<Completion> {
  const slash = typed.indexOf('/')
  if (slash >= 0) {
    const type = typed.slice(0, slash)
    return offer(
      (await lookups.objects(type)).map((name) => ({ text: `${type}/${name}` })),
      typed,
    )
  }
  const ofTypes = [...types, ...(typed === '' ? [] : longTypes)].map((type) => ({ text: `${type}/` }))
  const pods = await lookups.objects('pod').catch(() => [])
  return unfinished(offer([...pods.map((text) => ({ text })), ...ofTypes], typed), '/')
}

/** No space after candidates that all end with something that goes on. */
function unfinished({ candidates, directive: before }: Completion, end: string): Completion {
  const all = candidates.every(({ text }) => text.endsWith(end))
  return { candidates, directive: before | (all ? directive.noSpace : 0) }
}

/** What starts with the typed text. Names come from proxies and clusters: one that could upset a terminal is left out. */
function offer(candidates: readonly Candidate[], typed: string): Completion {
  const unsafe = /[\u0000-\u001f\u007f-\u009f]/
  const fitting = candidates.filter(({ text }) => text !== '' && text.startsWith(typed) && !unsafe.test(text))
  return { candidates: fitting, directive: directive.noFiles }
}

/** `--flag=value` in two; the value undefined without `=`. */
function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf('=')
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}
