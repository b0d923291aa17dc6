import { controlPlanes } from '../../envoy/control-plane/index.ts'
import type { Fleet, FleetNeed } from '../fleet/fleet.ts'
import type { FleetRule } from '../rule.ts'
import { defectText, rawFinding } from './check-proxy.ts'
import type { Silence } from './finding.ts'
import type { OfProxy } from './fold.ts'

/** What rules say of several proxies together, by the proxies that have it. */
export interface CheckedFleet {
  readonly found: readonly OfProxy[]
  readonly silent: readonly Silence[]
}

/** Asks rules of several proxies. A rule that throws is silenced, with what it threw, and hides no other. */
export function checkFleet(rules: readonly FleetRule[], fleet: Fleet): CheckedFleet {
  const silent: Silence[] = []
  const planes = new Map(
    fleet.proxies.map(({ name, plane }) => [name, controlPlanes.find((one) => one.name === plane)]),
  )
  const found = rules.flatMap((rule): OfProxy[] => {
    const missing = (rule.needs ?? []).filter((need) => !isThere(need, fleet))
    if (missing.length > 0) {
      silent.push({ rule: rule.id, because: { missing } })
      return []
    }
    try {
      return [...rule.checkFleet(fleet)].flatMap((one) =>
        one.proxies.map((proxy) => ({ proxy, findings: [rawFinding(rule, undefined, one, planes.get(proxy))] })),
      )
    } catch (error) {
      silent.push({ rule: rule.id, because: { defect: defectText(error) } })
      return []
    }
  })
  return { found, silent }
}

function isThere(need: FleetNeed, { proxies, hasEndpointSlices, controlPlane, objects }: Fleet): boolean {
  switch (need) {
    case 'proxies':
      return proxies.length > 1
    case 'endpointSlices':
      return hasEndpointSlices
    case 'controlPlane':
      return controlPlane !== undefined
    case 'istioObjects':
      return objects !== undefined
  }
}
