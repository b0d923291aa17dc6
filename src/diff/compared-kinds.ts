import type { Kind } from '../envoy/sections.ts'

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
