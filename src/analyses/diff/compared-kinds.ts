import type { Kind } from '../../envoy/dump/sections.ts'
import { UsageError } from '../../errors.ts'

/** The resource kinds that a control plane sends, in the order they are shown. Without the first three there is no diff. */
export const comparedKinds = [
  'clusters',
  'listeners',
  'routes',
  'endpoints',
  'secrets',
  'ecds',
] as const satisfies readonly Kind[]

export type ComparedKind = (typeof comparedKinds)[number]

/** How a kind is called in headings. */
export const titles: Readonly<Record<ComparedKind, string>> = {
  clusters: 'Clusters',
  listeners: 'Listeners',
  routes: 'Routes',
  endpoints: 'Endpoints',
  secrets: 'Secrets',
  ecds: 'Extension configs',
}

const services: ReadonlyMap<string, ComparedKind> = new Map([
  ['cds', 'clusters'],
  ['lds', 'listeners'],
  ['rds', 'routes'],
  ['eds', 'endpoints'],
  ['sds', 'secrets'],
  ['ecds', 'ecds'],
])

/**
 * Reads `--type cds,rds`: the kinds to compare; all without it.
 * @throws UsageError for what is not compared
 */
export function wantedKinds(text: string | undefined): readonly ComparedKind[] {
  if (text === undefined) return comparedKinds
  const wanted = new Set(text.split(',').map((word) => services.get(word.trim().toLowerCase())))
  if (!wanted.has(undefined)) return comparedKinds.filter((kind) => wanted.has(kind))
  throw new UsageError(`--type takes ${[...services.keys()].join(', ')} with a POD, got ${JSON.stringify(text)}`, {
    hint: 'Kinds of proxies narrow the table of all of them.',
  })
}
