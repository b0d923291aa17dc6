import type { Context } from '../../contract/command.ts'
import type { FleetNeed, FleetProxy } from '../../lint/fleet/fleet.ts'
import { fleetProxy } from '../../lint/fleet/fleet-proxy.ts'
import { type EndpointsOfServices, lastingDifferences } from '../../lint/fleet/service-endpoints.ts'
import type { Linted } from '../../lint/proxy/linted.ts'
import type { FleetRule } from '../../lint/rule.ts'
import { type CheckedFleet, checkFleet } from '../../lint/run/check-fleet.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import type { Selection } from '../../mesh/selection.ts'
import { equalFactsOnce } from './equal-facts.ts'
import { fleetSources } from './fleet-sources.ts'
import { loadedDigests } from './loaded-digests.ts'

interface Asked {
  readonly rules: readonly FleetRule[]
  readonly selection: Selection
  /** How many proxies are read together. */
  readonly count: number
}

/** Rules of several proxies, asked of proxies that are read one after the other or in threads. */
export interface FleetQuestions {
  /** What each thread that reads proxies receives. */
  readonly given: Given
  /** What the rules look at of one proxy. @param pod where it is known */
  facts(proxy: Linted, pod: Pod | undefined): FleetProxy
  /** The same, sharing what an earlier proxy has as well: what is kept does not grow with replicas. */
  kept(facts: FleetProxy): FleetProxy
  /** What the rules find. Asks the API server what it has to. */
  answer(read: readonly FleetProxy[]): Promise<CheckedFleet>
}

/** What the API server said before the proxies are read: plain data. */
interface Given {
  readonly services: EndpointsOfServices | undefined
}

/** Asks what must be known before the proxies are read; in a thread it has been given. */
export async function fleetQuestions({ rules, selection, count }: Asked, context: Context): Promise<FleetQuestions> {
  const needs = new Set<FleetNeed>(rules.flatMap((rule) => rule.needs ?? []))
  const { thread } = await context.fleet()
  const sources = thread === undefined ? await fleetSources(needs, selection, context) : undefined
  // Written by this function in the main thread.
  const given = thread === undefined ? { services: await sources?.services() } : (thread.given as Given)
  const { services } = given
  const isCompared = count > 1 && rules.some(({ id }) => id === 'replicas-differ')
  const known = new Map<string, string>()
  return {
    given,
    facts: (proxy, pod) =>
      fleetProxy(proxy, {
        pod,
        services,
        loaded: isCompared ? loadedDigests(proxy.dump, pod, known) : undefined,
        isAlone: count === 1,
        asksForOrigins: needs.has('istioObjects'),
      }),
    kept: equalFactsOnce(),
    async answer(read) {
      if (sources === undefined) throw new Error('a thread asks no API server')
      const later =
        services !== undefined && sources.isLive && read.some(hasDifferences) ? await sources.services() : services
      const proxies = read.map((facts) => ({
        ...facts,
        differences: later === undefined ? [] : lastingDifferences(facts.differences, later),
      }))
      return checkFleet(rules, {
        proxies,
        hasEndpointSlices: later !== undefined,
        controlPlane: await sources.controlPlane(),
        objects: await sources.objects(),
      })
    },
  }
}

function hasDifferences({ differences }: FleetProxy): boolean {
  return differences.length > 0
}
