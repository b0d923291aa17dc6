import type { Args, Option } from '../../../contract/command.ts'
import { UsageError } from '../../../errors.ts'
import { requestOptions } from '../../request-options/trace-options.ts'

/** A request that is asked about: a URL, and the flags of `trace` by name. */
export interface Question {
  readonly url: string | undefined
  /** Values as they are typed; a flag that is not given is not in it. */
  readonly flags: ReadonlyMap<string, readonly string[]>
}

/** Flags that only a program can answer: one reads a file, the other looks for a pod. */
const needMachine: ReadonlySet<string> = new Set(['token-file', 'source-labels'])

/** The flags of a question, as `trace` has them. */
export const questionOptions: readonly Option[] = [
  ...requestOptions.filter(({ name }) => !needMachine.has(name)),
  { name: 'explain', type: 'boolean', describe: 'Also show what was considered and why it was rejected' },
  { name: 'follow', type: 'boolean', describe: "Go on inside the destination pod's proxy" },
]

const optionsByName: ReadonlyMap<string, Option> = new Map(questionOptions.map((option) => [option.name, option]))

/**
 * The question in the query of an address: `url=http://reviews:9080/&header=end-user=jason`. Names are those of the flags.
 * @throws UsageError for a name that is no flag, and a second value of a flag that has one
 */
export function questionIn(query: URLSearchParams): Question {
  const flags = new Map<string, readonly string[]>()
  let url: string | undefined
  for (const [name, value] of query) {
    const option = optionsByName.get(name)
    if (name !== 'url' && option === undefined) throw new UsageError(`no request has a ${JSON.stringify(name)}`)
    const before = name === 'url' ? url : flags.get(name)
    if (before !== undefined && option?.repeatable === undefined)
      throw new UsageError(`the request has two of ${JSON.stringify(name)}`)
    if (name === 'url') url = value
    else flags.set(name, [...(flags.get(name) ?? []), value])
  }
  return { url, flags }
}

/** The question as the query of an address, in the order of the flags. */
export function queryOf({ url, flags }: Question): URLSearchParams {
  const query = new URLSearchParams()
  if (url !== undefined) query.append('url', url)
  for (const { name } of questionOptions) for (const value of flags.get(name) ?? []) query.append(name, value)
  return query
}

/** The question that a command line asks. */
export function questionOf(url: string | undefined, args: Args): Question {
  const flags = new Map<string, readonly string[]>()
  for (const { name, type } of questionOptions) {
    const given = type === 'boolean' ? args.boolean(name) : type === 'number' ? args.number(name) : undefined
    const values = type === 'string' ? args.strings(name) : given === undefined ? [] : [String(given)]
    if (values.length > 0) flags.set(name, values)
  }
  return { url, flags }
}

/** A question as the arguments of a command line. Its methods throw a UsageError for a value that the flag does not accept. */
export class QuestionArgs implements Args {
  readonly positionals: readonly string[]
  readonly #flags: Question['flags']

  constructor({ url, flags }: Question) {
    this.positionals = url === undefined ? [] : [url]
    this.#flags = flags
  }

  string(name: string): string | undefined {
    return this.strings(name).at(-1)
  }

  strings(name: string): readonly string[] {
    const values = this.#flags.get(name) ?? []
    const { choices } = optionsByName.get(name) ?? {}
    const wrong = values.find((value) => choices?.includes(value) === false)
    if (wrong !== undefined)
      throw new UsageError(`${name} accepts one of ${choices?.join(', ')}, got ${JSON.stringify(wrong)}`)
    return values
  }

  number(name: string): number | undefined {
    const text = this.string(name)
    if (text === undefined) return undefined
    if (!/^\d+$/.test(text)) throw new UsageError(`${name} needs a whole number, got ${JSON.stringify(text)}`)
    return Number(text)
  }

  boolean(name: string): boolean | undefined {
    const text = this.string(name)
    if (text === undefined) return undefined
    if (text !== 'true' && text !== 'false' && text !== '')
      throw new UsageError(`${name} is true or false, got ${JSON.stringify(text)}`)
    return text !== 'false'
  }
}
