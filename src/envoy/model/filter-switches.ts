import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'
import { unwrap } from './typed-config.ts'

/** What one place of a route configuration says of one HTTP filter. */
export interface FilterSwitch {
  /** The filter's name, as in the filter chain. */
  readonly filter: string
  /** Route configuration, virtual host and route: `8080`, `8080/shop`, `8080/shop/checkout`, with `-> CLUSTER` for a weighted cluster. */
  readonly place: string
  /** `own settings`: the filter stays on with another configuration. */
  readonly setting: 'on' | 'off' | 'own settings'
  /** Metadata of the route, which tells the object that it was made from. */
  readonly metadata: Json | undefined
}

/**
 * What a route configuration switches or sets of HTTP filters (`typed_per_filter_config`), from the whole configuration to weighted
 * clusters, in Envoy's order of routes.
 * https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/http_filters#route-based-filter-chain
 */
export function filterSwitches(routeConfig: JsonObject): FilterSwitch[] {
  const name = stringOf(routeConfig.name) ?? ''
  return [
    ...switchesIn(routeConfig, name, routeConfig.metadata),
    ...objectsOf(routeConfig.virtual_hosts).flatMap((host) => {
      const hostPlace = `${name}/${stringOf(host.name) ?? ''}`
      return [
        ...switchesIn(host, hostPlace, host.metadata),
        ...objectsOf(host.routes).flatMap((route, index) => {
          const place = `${hostPlace}/${stringOf(route.name) || index + 1}`
          return [
            ...switchesIn(route, place, route.metadata),
            ...objectsOf(objectOf(objectOf(route.route).weighted_clusters).clusters).flatMap((cluster) =>
              switchesIn(cluster, `${place} -> ${stringOf(cluster.name) ?? ''}`, route.metadata),
            ),
          ]
        }),
      ]
    }),
  ]
}

function switchesIn(level: JsonObject, place: string, metadata: Json | undefined): FilterSwitch[] {
  const all = { ...objectOf(level.per_filter_config), ...objectOf(level.typed_per_filter_config) }
  return Object.entries(all).flatMap(([filter, config]) =>
    isObject(config) ? [{ filter, place, setting: settingOf(config), metadata }] : [],
  )
}

function settingOf(any: JsonObject): FilterSwitch['setting'] {
  const { type, config } = unwrap(any)
  // Messages of filters (ExtAuthzPerRoute, ExtProcPerRoute, LuaPerRoute …) have a `disabled` of their own.
  if (config.disabled === true) return 'off'
  if (type !== 'envoy.config.route.v3.FilterConfig') return 'own settings'
  const inner = objectOf(config.config)
  if (typeof inner['@type'] !== 'string') return 'on'
  return settingOf(inner) === 'off' ? 'off' : 'own settings'
}
