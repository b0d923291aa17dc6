import type { JsonObject } from '../../../../src/envoy/json.ts'
import { outcomeText } from '../../../../src/semantics/outcome-text.ts'
import { ask, endpoint, filter, get, typed } from '../dump-of.ts'
import { bootstrapOf, everything, httpProxy } from '../http-proxy.ts'

export const httpFilters = (...filters: JsonObject[]) => ({
  http_filters: [...filters, filter('router', 'envoy.extensions.filters.http.router.v3.Router')],
})

/** Three endpoints; the second is unhealthy, the third drains. */
export function three(fields: JsonObject = {}): JsonObject {
  const healths = ['HEALTHY', 'UNHEALTHY', 'DRAINING']
  const hosts = healths.map((health_status, index) => ({ ...endpoint(`1.1.1.${index + 1}:80`), health_status }))
  return {
    name: 'c',
    load_assignment: { endpoints: [{ lb_endpoints: [endpoint('1.1.1.9:80'), ...hosts] }] },
    ...fields,
  }
}

export async function reached(
  {
    filters = [],
    cluster = three(),
    route = {},
    path = '/',
    version = '1.40.0',
  }: { filters?: JsonObject[]; cluster?: JsonObject; route?: JsonObject; path?: string; version?: string },
  headers: [string, string][],
  authority = 'h',
) {
  const routes = [{ match: everything, route: { cluster: 'c' }, ...route }]
  const dump = await httpProxy(routes, {
    manager: httpFilters(...filters),
    clusters: [cluster],
    bootstrap: bootstrapOf(version),
  })
  const { outcome, hops } = ask(dump, get(authority, path, headers))
  const [hop] = hops
  if (outcome.kind !== 'upstream') return `${outcome.kind} ${outcome.details}: ${outcomeText(outcome)}`
  return hop?.endpoints?.map(({ address }) => address).join(' ')
}

export const forwardProxy = {
  name: 'c',
  cluster_type: {
    name: 'envoy.clusters.dynamic_forward_proxy',
    typed_config: typed('envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig'),
  },
}

export const dfp = (fields: JsonObject = {}) =>
  filter('dfp', 'envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig', fields)
