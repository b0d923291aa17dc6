import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../envoy/json.ts'
import type { ComparedKind } from '../../envoy/kinds.ts'
import { comparedEndpoints, edsNames, withKeptWeights } from './compared-endpoints.ts'

/** One resource of one side. */
export interface ComparedResource {
  readonly name: string
  /** In snake_case, reduced to what a control plane sends, with its secrets. Computed on demand, for most resources need no second look. */
  readonly resource: () => JsonObject
}

/**
 * What of a dump takes part in the diff: the active dynamic resources by name. Static ones come from the bootstrap, draining
 * ones are on their way out, and warming and rejected ones are not in use. Of two entries of one name the last counts.
 */
export function comparedResources(
  dump: ConfigDump,
  kind: ComparedKind,
  eds: ReadonlySet<string>,
): Map<string, ComparedResource> {
  const found = new Map<string, ComparedResource>()
  for (const entry of dump.entries(kind)) {
    if (!isFromControlPlane(entry, eds)) continue
    found.set(entry.name, { name: entry.name, resource: () => reduced(entry) })
  }
  return found
}

/** What was sent of a kind, reduced to what Envoy keeps of it. */
export function sentAsKept(
  kind: ComparedKind,
  sent: ReadonlyMap<string, ComparedResource>,
  used: ReadonlyMap<string, ComparedResource>,
): ReadonlyMap<string, ComparedResource> {
  if (kind !== 'endpoints') return sent
  return new Map(
    [...sent].map(([name, own]) => {
      const other = used.get(name)
      const resource = other === undefined ? own.resource : () => withKeptWeights(own.resource(), other.resource())
      return [name, { name, resource }]
    }),
  )
}

/** The EDS names of both sides, for a cluster may be on one only. */
export function edsNamesOf(...dumps: readonly ConfigDump[]): Set<string> {
  return new Set(dumps.flatMap((dump) => [...edsNames(dump)]))
}

/** An EDS cluster of the bootstrap is static with its endpoints, which are sent all the same. */
function isFromControlPlane({ kind, name, state }: Entry, eds: ReadonlySet<string>): boolean {
  if (kind === 'endpoints') return eds.has(name) && (state === 'active' || state === 'static')
  return state === 'active' && (kind !== 'secrets' || !isFromIstioAgent(name))
}

/**
 * Secrets that the agent beside the proxy serves over its socket; istiod does not know them.
 * https://github.com/istio/istio/blob/master/pkg/security/security.go
 */
function isFromIstioAgent(name: string): boolean {
  return name === 'default' || name === 'ROOTCA' || /^file-(?:cert|root):/.test(name)
}

function reduced({ kind, name, resource }: Entry): JsonObject {
  if (kind === 'secrets') return { name }
  return kind === 'endpoints' ? comparedEndpoints(resource) : resource
}
