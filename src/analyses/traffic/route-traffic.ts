import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { hostName, hostRoutes } from '../../envoy/model/route-rows.ts'
import type { Column } from '../../resources/resource-kind.ts'
import type { RouteRow } from '../../resources/routes.ts'
import { clusterTraffic } from './host-traffic.ts'
import { hundredths, statistic, type TrafficReadings, total } from './readings.ts'
import { counterColumn, gaugeColumn } from './traffic-column.ts'

/**
 * What the routes of `routes` count, as far as they have a `stat_prefix`: requests of clients, without retries; and what their clusters
 * count, by whatever route it came.
 */
export function routeColumns(readings: TrafficReadings): readonly Column<RouteRow>[] {
  const isRate = readings.seconds !== undefined
  const hasStatistics = [...(readings.last.stats?.keys() ?? [])].some((name) => name.startsWith('vhost.'))
  /** Undefined for a route without a `stat_prefix`, and where the proxy has no statistics of routes, be it that it keeps none. */
  const ofRoute =
    (counter: string) =>
    ({ on }: RouteRow): number | undefined => {
      const name = on && statName(on.host, on.route)
      return name === undefined || !hasStatistics ? undefined : statistic(`${name}${counter}`, readings)
    }
  const requests = ofRoute('upstream_rq_completed')
  const ofHost = memoizeByObject((host: JsonObject) => hostRequests(host, readings))
  const share = (row: RouteRow): number | undefined => {
    const own = requests(row)
    const all = own === undefined || row.on === undefined ? undefined : ofHost(row.on.host)
    return own === undefined || all === undefined || all === 0 ? undefined : hundredths((own / all) * 100)
  }
  return [
    counterColumn({ header: 'REQUESTS', value: requests }, isRate),
    counterColumn({ header: 'ERRORS', value: ofRoute('upstream_rq_5xx'), isFault: true }, isRate),
    counterColumn({ header: 'RETRIES', value: ofRoute('upstream_rq_retry'), rare: true }, isRate),
    gaugeColumn({ header: 'SHARE %', key: 'sharePercent', value: share }),
    counterColumn({ header: 'CLUSTER REQUESTS', value: ({ on }) => clusterRequests(on?.route, readings) }, isRate),
  ]
}

/** Names stand in these statistics as they are, with colons. (Envoy::Router::RouteStatsContextImpl) */
function statName(host: JsonObject, route: JsonObject | undefined): string | undefined {
  const prefix = stringOf(route?.stat_prefix) ?? ''
  return prefix === '' ? undefined : `vhost.${hostName(host)}.route.${prefix}.`
}

/** Of all routes of a virtual host that count; routes of one `stat_prefix` count together. */
function hostRequests(host: JsonObject, readings: TrafficReadings): number | undefined {
  const names = hostRoutes({ virtual_hosts: [host] }).flatMap(({ route }) => statName(host, route) ?? [])
  return total([...new Set(names)].map((name) => statistic(`${name}upstream_rq_completed`, readings)))
}

/** Of the clusters that a route names. */
function clusterRequests(route: JsonObject | undefined, readings: TrafficReadings): number | undefined {
  const { cluster, weighted_clusters } = objectOf(route?.route)
  const names = isObject(weighted_clusters)
    ? objectsOf(weighted_clusters.clusters).map(({ name }) => stringOf(name) ?? '')
    : [stringOf(cluster) ?? '']
  const known = [...new Set(names)].filter((name) => name !== '')
  return known.length === 0 ? undefined : total(known.map((name) => clusterTraffic(name, readings)?.requests))
}
