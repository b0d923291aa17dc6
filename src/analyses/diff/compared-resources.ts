import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../envoy/json.ts'
import type { ComparedKind } from '../../envoy/kinds.ts'
import { comparedEndpoints, edsNames, withKeptWeights } from './compared-endpoints.ts'

/**
 * What of a dump takes part in the diff: the active dynamic resources by name. Static ones come from the bootstrap, draining
 * ones are on their way out, and warming and rejected ones are not in use. Of two entries of one name the last counts.
 */
export function comparedResources(
  dump: ConfigDump,
  kind: ComparedKind,
  eds: ReadonlySet<string>,
): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>()
  for (const entry of dump.entries(kind)) {
    if (isFromControlPlane(entry, eds)) found.set(entry.name, entry)
  }
  return found
}

/**
 * A resource of both sides in snake_case, reduced to what a control plane sends and Envoy keeps, with its secrets. Worked out when it is
 * looked at, for of a large dump most are not held.
 */
export function comparedPair(
  sent: Entry | undefined,
  used: Entry | undefined,
): { sent: JsonObject | undefined; used: JsonObject | undefined } {
  const own = sent === undefined ? undefined : reduced(sent)
  const other = used === undefined ? undefined : reduced(used)
  if (sent?.kind !== 'endpoints' || own === undefined || other === undefined) return { sent: own, used: other }
  return { sent: withKeptWeights(own, other), used: other }
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
