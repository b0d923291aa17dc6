import { loadAll } from 'js-yaml'
import { commands } from '../../src/commands/index.ts'
import type { FuzzInput } from './program-input.ts'

/** What a run came to. */
export interface RunResult {
  readonly code: number | undefined
  readonly out: string
  readonly err: string
  /** Thrown past the program, which never may be. */
  readonly thrown?: unknown
  /** Milliseconds of the processor. */
  readonly cpu: number
}

/** Milliseconds of the processor that an input of a megabyte may take on a slow machine. */
const maxCpu = 8000

/** What is wrong with a run; empty when it is as it should be. */
export function faultsOf(input: FuzzInput, { code, out, err, thrown, cpu }: RunResult): string[] {
  const found: string[] = []
  if (thrown !== undefined) found.push(`thrown: ${thrown instanceof Error ? thrown.stack : String(thrown)}`)
  if (code !== 0 && code !== 1 && code !== failureCodeOf(input)) found.push(`exit code ${code}`)
  if (/^ {4}at |internal error in|Maximum call stack|Invalid (?:string length|array length)/m.test(err))
    found.push('a stack, or an error of the runtime')
  // A template may find nothing in an answer that is no.
  if (code === 1 && out === '' && err === '' && !formatOf(input)?.startsWith('jsonpath'))
    found.push('it failed without a word')
  if (cpu > maxCpu) found.push(`${Math.round(cpu)} ms of the processor`)
  const bytes = Buffer.concat(Object.values(input.files).concat(input.answer?.body ?? []))
  const objectText = '[object Object]'
  if ((out + err).includes(objectText) && !bytes.includes(objectText) && !input.argv.join(' ').includes(objectText))
    found.push(objectText)
  if (input.planted !== undefined && shows(out + err, input.planted)) found.push('a secret')
  const control = controlCharacter.exec(err) ?? (isForPeople(input) ? controlCharacter.exec(out) : null)
  if (control !== null) found.push(`the control character ${JSON.stringify(control[0])}`)
  if (code === 0) found.push(...formatFaults(input, out))
  return found
}

/** What acts on a terminal or cannot be seen; tabs and line breaks do no harm. */
const controlCharacter = /[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

function shows(text: string, secret: string): boolean {
  const base64 = Buffer.from(secret).toString('base64').slice(0, -4)
  return text.includes(secret) || text.includes(base64)
}

/** A command may keep 1 for what it found, as `lint` does. */
function failureCodeOf({ argv }: FuzzInput): number | undefined {
  return commands.find(({ name }) => name === argv[0])?.failureCode
}

function formatOf({ argv }: FuzzInput): string | undefined {
  const at = argv.lastIndexOf('-o')
  return at === -1 ? undefined : argv[at + 1]
}

function isForPeople(input: FuzzInput): boolean {
  return ['table', 'wide', 'text', 'github', 'junit', undefined].includes(formatOf(input))
}

/** Whether the output is what its format says. */
function formatFaults(input: FuzzInput, out: string): string[] {
  if (out === '' || input.argv[0] === '__complete' || input.argv[0] === 'help') return []
  try {
    const format = formatOf(input)
    if (format === 'json' || format === 'raw' || format === 'sarif') JSON.parse(out)
    if (format === 'yaml') loadAll(out, { maxDepth: 600 })
    if (format === 'jsonl') for (const line of out.trimEnd().split('\n')) JSON.parse(line)
    return []
  } catch (error) {
    return [`the output cannot be parsed: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`]
  }
}
