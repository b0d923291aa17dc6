import type { Command, Option } from '../../contract/command.ts'
import { formats } from '../../output/index.ts'
import { provenanceColumns } from '../../resources/columns.ts'
import { resourceKinds } from '../../resources/index.ts'
import type { Candidate } from './directive.ts'
import { levelCandidates } from './level-candidates.ts'
import type { Lookups } from './lookups.ts'
import { begunBy } from './plain-names.ts'
import { targetCandidates } from './target-candidates.ts'

/** Candidates for the value of a flag; `files` when the shell should offer file names. */
export async function flagValues(
  option: Option,
  typed: string,
  command: Command,
  lookups: Lookups,
): Promise<readonly Candidate[] | 'files'> {
  if (option.type === 'boolean') return texts(['true', 'false'])
  const list = option.list ?? (await option.listed?.())
  if (list !== undefined) {
    const before = typed.slice(0, typed.lastIndexOf(',') + 1)
    return texts(list.map((word) => `${before}${word}`))
  }
  const own = command.options.includes(option)
  const resourceKind = resourceKinds.find(({ name }) => name === command.name)
  const filter = own ? resourceKind?.filters.find(({ name }) => name === option.name) : undefined
  if (option.choices !== undefined) return texts(option.choices)
  if (filter?.choices !== undefined) return texts(filter.choices)
  if (filter !== undefined && resourceKind !== undefined)
    return texts(begunBy(typed, await lookups.filterValues(resourceKind, filter.name)))
  switch (option.holds) {
    case 'file':
      return 'files'
    case 'format':
      return [
        ...formats
          .filter(({ name }) => command.withoutFormats?.includes(name) !== true)
          .map(({ name, title, takes }) => ({ text: takes === undefined ? name : `${name}=`, description: title })),
        ...texts(command.formats ?? []),
      ]
    case 'column':
      return texts([...(resourceKind?.columns ?? []), ...provenanceColumns].map(({ header }) => word(header)))
    case 'namespace':
      return texts(await lookups.namespaces())
    case 'context':
      return texts(await lookups.contexts())
    case 'kubeCluster':
      return texts(await lookups.kubeClusters())
    case 'user':
      return texts(await lookups.users())
    case 'container':
      return texts(await lookups.containers())
    case 'target':
      return await targetCandidates(typed, lookups)
    case 'envoyLevels':
      return texts(await levelCandidates(typed, lookups.loggers))
    case 'levels':
      return texts(await levelCandidates(typed, undefined))
    default:
      return []
  }
}

/** A column's header as one word; --sort-by ignores case and what is between letters. */
function word(header: string): string {
  return header.toLowerCase().replaceAll(' ', '-')
}

function texts(values: readonly string[]): Candidate[] {
  return values.map((text) => ({ text }))
}
