import type { Context } from '../../contract/command.ts'
import type { lintFindings } from '../../lint/analysis/lint-findings.ts'
import type { FleetNeed, FleetProxy } from '../../lint/fleet/fleet.ts'
import { fleetProxy } from '../../lint/fleet/fleet-proxy.ts'
import { lastingDifferences } from '../../lint/fleet/service-endpoints.ts'
import { checkFleet } from '../../lint/run/check-fleet.ts'
import { checkProxy } from '../../lint/run/check-proxy.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { Selection } from '../../mesh/selection.ts'
import { eachProxy } from '../proxies/each-proxy.ts'
import { fleetSources } from './fleet-sources.ts'
import { digestOf, loadedDigests } from './loaded-digests.ts'
import { readProxy } from './read-proxy.ts'

interface Asked {
  readonly selection: Selection
  readonly options: ReturnType<typeof lintFindings.options>
}

/** What rules find in each proxy, and what those of several find in all together, with what the API server says of them. */
export async function readFleetProxies(proxies: readonly MeshProxy[], { selection, options }: Asked, context: Context) {
  const { rules, fleetRules } = options
  const needs = new Set<FleetNeed>(fleetRules.flatMap((rule) => rule.needs ?? []))
  const sources = await fleetSources(needs, selection, context)
  const services = await sources.services()
  const isCompared = proxies.length > 1 && fleetRules.some(({ id }) => id === 'replicas-differ')
  const shared = sharedMaps()
  const { results, code } = await eachProxy(proxies, context, async (proxy) => {
    const linted = await readProxy(proxy, context, rules)
    const { pod } = proxy.id
    const loaded = isCompared ? shared(loadedDigests(linted.dump, pod)) : undefined
    return {
      checked: { proxy: proxy.id.name, ...checkProxy(rules, linted) },
      facts: fleetProxy(linted, {
        pod,
        services,
        loaded,
        isAlone: proxies.length === 1,
        asksForOrigins: needs.has('istioObjects'),
      }),
    }
  })
  const read = results.map(({ facts }) => facts)
  const later =
    services !== undefined && sources.isLive && read.some(hasDifferences) ? await sources.services() : services
  const lasting = read.map((facts) => ({
    ...facts,
    differences: later === undefined ? [] : lastingDifferences(facts.differences, later),
  }))
  const fleet = checkFleet(fleetRules, {
    proxies: lasting,
    hasEndpointSlices: later !== undefined,
    controlPlane: await sources.controlPlane(),
    objects: await sources.objects(),
  })
  return { results: results.map(({ checked }) => checked), fleet, code }
}

function hasDifferences({ differences }: FleetProxy): boolean {
  return differences.length > 0
}

/** Replicas that have loaded the same share what is kept of it. */
function sharedMaps() {
  const known = new Map<string, ReadonlyMap<string, string>>()
  return (digests: ReadonlyMap<string, string> | undefined) => {
    if (digests === undefined) return undefined
    const key = digestOf([...digests].flat())
    const own = known.get(key)
    if (own === undefined) known.set(key, digests)
    return own ?? digests
  }
}
