import type { Option } from '../../contract/command.ts'
import { UsageError } from '../../errors.ts'
import { nearest } from './nearest.ts'
import type { UnknownFlag } from './tokens.ts'

/** The error of a flag that a command does not have, in kubectl's words, with what is most likely meant. */
export function unknownFlag({ flag, word }: UnknownFlag, options: readonly Option[]): UsageError {
  const hint = oneProxyHint(flag, options)
  if (!word.startsWith('--')) return new UsageError(`unknown shorthand flag: '${flag}' in ${word}`, { hint })
  const near = nearest(
    flag,
    options.map(({ name }) => name),
  )
  return new UsageError(`unknown flag: --${flag}`, {
    hint: hint ?? (near === undefined ? fileFlagHint(flag, options) : `Did you mean --${near}?`),
  })
}

const flagsOfMany: ReadonlySet<string> = new Set(['A', 'all-namespaces', 'l', 'selector', 'all-pods', 'contexts'])

/** Of a command about one proxy, what is meant by the flags that name many. */
function oneProxyHint(flag: string, options: readonly Option[]): string | undefined {
  const has = (name: string) => options.some((option) => option.name === name)
  return flagsOfMany.has(flag) && has('via') && !has('all-namespaces')
    ? 'This command is about one proxy: name a POD or TYPE/NAME, and a cluster with --context.'
    : undefined
}

/** The one flag that most commands have and some cannot: what they ask for is in no dump. */
function fileFlagHint(name: string, options: readonly Option[]): string | undefined {
  const live = options.some((option) => option.name === 'url')
  return name === 'file' && live
    ? 'This command asks a live proxy: name a pod, or an admin endpoint with --url.'
    : undefined
}
