import { type ComparedKind, comparedKinds, sections } from '../../envoy/kinds.ts'
import { UsageError } from '../../errors.ts'

const services: ReadonlyMap<string, ComparedKind> = new Map(
  comparedKinds.map((kind) => [sections[kind].xds?.toLowerCase() ?? kind, kind]),
)

/**
 * Reads `--type cds,rds`: the kinds to compare; all without it.
 * @throws UsageError for what is not compared
 */
export function wantedKinds(text: string | undefined): readonly ComparedKind[] {
  if (text === undefined) return comparedKinds
  const wanted = new Set(text.split(',').map((word) => services.get(word.trim().toLowerCase())))
  if (!wanted.has(undefined)) return comparedKinds.filter((kind) => wanted.has(kind))
  throw new UsageError(`--type accepts ${[...services.keys()].join(', ')} with a POD, got ${JSON.stringify(text)}`, {
    hint: 'Kinds of proxies narrow the table of all of them.',
  })
}
