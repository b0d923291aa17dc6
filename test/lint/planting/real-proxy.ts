import { bootstrapOf } from '../../../src/envoy/dump/bootstrap-node.ts'
import type { ConfigDump, Entry } from '../../../src/envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../src/envoy/json.ts'
import type { Kind } from '../../../src/envoy/kinds.ts'
import { assignmentOf } from '../../../src/semantics/clusters/hosts.ts'
import { indexOf } from '../../../src/semantics/connection/dump-index.ts'

/**
 * A real dump in the form of test/lint/healthy.yaml, so that the changes of a rule's cases can be made to it: what it has in use, with hosts
 * that are healthy and have been reached.
 */
export function sectionsOf(dump: ConfigDump): JsonObject {
  const listed = (kind: Kind) => dump.entries(kind).flatMap(resourceOf)
  const sections: JsonObject = { bootstrap: structuredClone(bootstrapOf(dump)) }
  // A section that is not there is one of which nothing is known.
  for (const kind of ['listeners', 'clusters', 'endpoints', 'secrets', 'ecds'] as const)
    if (dump.has(kind)) sections[kind] = listed(kind)
  if (dump.has('routes')) sections.routes = dump.entries('routes').filter(isDiscovered).flatMap(resourceOf)
  if (dump.has('endpoints')) sections.statuses = statusesOf(dump)
  return sections
}

function resourceOf({ name, state, resource }: Entry): JsonObject[] {
  if (state === 'error' || state === 'draining') return []
  return [
    { ...structuredClone(resource), name: stringOf(resource.name) ?? name, ...(state === 'warming' ? { state } : {}) },
  ]
}

/** Envoy lists route configurations of connection managers as well, without saying whose they are. */
function isDiscovered({ state }: Entry): boolean {
  return state !== 'static'
}

function statusesOf(dump: ConfigDump): JsonObject[] {
  const index = indexOf(dump)
  return dump.entries('clusters').flatMap(({ name, resource }) => {
    const hosts = objectsOf(assignmentOf(resource, index)?.endpoints).flatMap(({ lb_endpoints, locality, priority }) =>
      objectsOf(lb_endpoints).map(
        ({ endpoint }): JsonObject => ({
          address: structuredClone(objectOf(objectOf(endpoint).address)),
          ...(locality === undefined ? {} : { locality: structuredClone(locality) }),
          ...(priority === undefined ? {} : { priority }),
          health_status: { eds_health_status: 'HEALTHY' },
          stats: [
            { name: 'cx_total', value: '10' },
            { name: 'rq_total', value: '100' },
            { name: 'rq_success', value: '100' },
          ],
        }),
      ),
    )
    return hosts.length === 0 ? [] : [{ name, added_via_api: true, host_statuses: hosts }]
  })
}
