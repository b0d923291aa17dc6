import { type Kind, kinds, sections } from '../../../envoy/kinds.ts'
import { UsageError } from '../../../errors.ts'

/** The kinds of resource of which two proxies are compared: all that are configuration. */
export type ComparableKind = Exclude<Kind, 'clusterStatuses'>

export const comparableKinds: readonly ComparableKind[] = kinds.filter(
  (kind): kind is ComparableKind => kind !== 'clusterStatuses',
)

/** Words that name a kind: its own, that of one resource, and its discovery service. */
const words: ReadonlyMap<string, ComparableKind> = new Map(
  comparableKinds.flatMap((kind) =>
    [
      kind,
      sections[kind].xds ?? kind,
      singular(kind),
      ...(kind === 'scopedRoutes' ? ['scopes', 'scopedRoute'] : []),
    ].map((word) => [word.toLowerCase(), kind] as const),
  ),
)

/** One resource of a kind, as the kind's own command calls it with -o name; another word as it is. */
export function singular(kind: string): string {
  if (kind === 'scopedRoutes') return 'scope'
  if (kind === 'ecds') return 'extension'
  return kind === 'bootstrap' ? kind : kind.replace(/s$/, '')
}

/** The kind that a word names; undefined for another word. */
export function kindNamed(word: string): ComparableKind | undefined {
  return words.get(word.toLowerCase())
}

/**
 * Reads `--type routes,cds`: the kinds to compare; all without it.
 * @throws UsageError for a word that names none
 */
export function kindsOfFlag(text: string | undefined): readonly ComparableKind[] {
  if (text === undefined) return comparableKinds
  const wanted = new Set(
    text.split(',').map((word) => {
      const kind = kindNamed(word.trim())
      if (kind === undefined)
        throw new UsageError(`--type accepts ${comparableKinds.join(', ')}, got ${JSON.stringify(word.trim())}`)
      return kind
    }),
  )
  return comparableKinds.filter((kind) => wanted.has(kind))
}

/** The names of resources that are asked for: `routes/9080`. */
export interface ResourceFilter {
  readonly kind: ComparableKind
  readonly name: string
}

/** What resources without a name are called. */
export function namelessText(kind: ComparableKind): string {
  return `(${kind} without a name)`
}

/** Reads `routes/9080`; undefined for a word that is no kind and name, such as `deploy/web`. */
export function resourceFilter(word: string): ResourceFilter | undefined {
  const slash = word.indexOf('/')
  const kind = slash === -1 ? undefined : kindNamed(word.slice(0, slash))
  const name = word.slice(slash + 1)
  return kind === undefined ? undefined : { kind, name: name === namelessText(kind) ? '' : name }
}
