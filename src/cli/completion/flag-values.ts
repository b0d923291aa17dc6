import { formats } from '../../output/index.ts'
import { provenanceColumns } from '../../resources/columns.ts'
import { resourceKinds } from '../../resources/index.ts'
import type { Command, Option } from '../command.ts'
import type { Candidate } from './directive.ts'
import type { Lookups } from './lookups.ts'

/** Flags of kubectl whose value is the path of a file. */
const paths = new Set(['kubeconfig', 'certificate-authority', 'client-certificate', 'client-key'])

function takesPath({ name, value }: Option): boolean {
  return value === 'FILE' || value === 'FOLDER' || paths.has(name)
}

/** Candidates for the value of a flag; `files` when the shell should offer file names. */
export async function flagValues(
  option: Option,
  command: Command,
  lookups: Lookups,
): Promise<readonly Candidate[] | 'files'> {
  const own = command.options.includes(option)
  const resourceKind = resourceKinds.find(({ name }) => name === command.name)
  const filter = own ? resourceKind?.filters.find(({ name }) => name === option.name) : undefined
  if (option.choices !== undefined) return texts(option.choices)
  if (filter?.choices !== undefined) return texts(filter.choices)
  if (filter !== undefined && resourceKind !== undefined)
    return texts(await lookups.filterValues(resourceKind, filter.name))
  if (takesPath(option)) return 'files'
  switch (option.name) {
    case 'output':
      return [
        ...formats.map(({ name, title }) => ({ text: name, description: title })),
        ...texts(command.formats ?? []),
      ]
    case 'sort-by':
      return texts(
        resourceKind === undefined
          ? []
          : [...resourceKind.columns, ...provenanceColumns].map(({ header }) => word(header)),
      )
    case 'namespace':
      return texts(await lookups.namespaces())
    case 'context':
      return texts(await lookups.contexts())
    case 'cluster':
    case 'kube-cluster':
      return texts(await lookups.kubeClusters())
    case 'user':
      return texts(await lookups.users())
    case 'container':
      return texts(await lookups.containers())
    default:
      return []
  }
}

/** A column's header as one word; --sort-by minds neither case nor what is between letters. */
function word(header: string): string {
  return header.toLowerCase().replaceAll(' ', '-')
}

function texts(values: readonly string[]): Candidate[] {
  return values.map((text) => ({ text }))
}
