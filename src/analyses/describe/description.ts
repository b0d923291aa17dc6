import type { GatheredAnalysis } from '../../contract/analysis.ts'
import { UsageError } from '../../errors.ts'
import type { DescriptionRow } from './description-row.ts'
import { descriptionView } from './description-view.ts'
import { distinctRows } from './distinct-rows.ts'
import { describeSchema } from './schemas.ts'

/** What is described. */
export interface Subject {
  readonly kind: 'pod' | 'service'
  readonly name: string | undefined
}

const kinds: ReadonlyMap<string, Subject['kind']> = new Map([
  ['pod', 'pod'],
  ['pods', 'pod'],
  ['po', 'pod'],
  ['service', 'service'],
  ['services', 'service'],
  ['svc', 'service'],
])

/** `service reviews` or, as everywhere in kubectl, `service/reviews`. @throws UsageError for another kind */
function subjectOf(words: readonly string[]): Subject {
  const [first = '', second] = words
  const [, type = first, own = second] = /^([^/]+)\/(.+)$/.exec(first) ?? []
  const kind = kinds.get(type.toLowerCase())
  if (kind === undefined || (own !== second && second !== undefined))
    throw new UsageError('describe accepts "pod NAME" or "service NAME"')
  return { kind, name: own }
}

/** The configuration related to a pod or a service, in the order in which it was found. */
export const description: GatheredAnalysis<Subject, readonly DescriptionRow[], readonly DescriptionRow[]> = {
  options: ({ positionals }) => subjectOf(positionals),
  reduce: distinctRows,
  schema: describeSchema,
  view: (rows, { kind, name = '' }) => descriptionView(rows, `${kind} ${name}`.trim()),
}
