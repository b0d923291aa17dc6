import type { ConfigDump } from '../envoy/config-dump.ts'
import { indexOf, serves } from '../trace/dump-index.ts'
import { chainConcerns } from './chain-concerns.ts'
import { clusterConcern } from './cluster-concern.ts'
import type { Concern } from './concern.ts'
import { policyConcerns } from './policy-concerns.ts'
import { routeConcerns } from './route-concerns.ts'
import { isClusterOf, isHostOf, type ServiceName } from './service-name.ts'

/** Everything in a proxy that concerns a service: chains, policies in them, routes, clusters. Empty when it knows nothing of it. */
export function describeService(dump: ConfigDump, service: ServiceName): Concern[] {
  const found = dump.entries('clusters').filter((entry) => serves(entry) && isClusterOf(entry, service))
  const clusters = new Set(found.map(({ name }) => name))
  const routes = routeConcerns(dump, {
    clusters,
    domain: (domain) => isHostOf(domain.replace(/:\d+$/, ''), service),
  })
  const chains = chainConcerns(dump, { clusters, tables: routes.tables })
  return [
    ...chains.concerns,
    ...policyConcerns(dump, chains.places),
    ...routes.concerns,
    ...found.map((entry) => clusterConcern(entry, indexOf(dump))),
  ]
}
