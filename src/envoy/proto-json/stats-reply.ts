import { isObject, type Json, type JsonObject, numberOf, objectsOf, stringOf } from '../json.ts'

/** Counters and gauges of a reply to `/stats?format=json` by name; histograms have no value of that kind. Undefined for anything else. */
export function statNumbers(document: Json | undefined): ReadonlyMap<string, number> | undefined {
  if (!isObject(document) || !Array.isArray(document.stats)) return undefined
  return new Map(
    objectsOf(document.stats).flatMap(({ name, value }) => {
      const number = numberOf(value)
      return number === undefined ? [] : [[stringOf(name) ?? '', number] as const]
    }),
  )
}

/**
 * What the statistics of a cluster begin with: `cluster.NAME.`. (Envoy::Stats::Utility::sanitizeStatsName: a colon is an underscore there)
 * @param resource the `envoy.config.cluster.v3.Cluster`, as far as it is known
 */
export function clusterStatPrefix(name: string, resource: JsonObject): string {
  const statName = stringOf(resource.alt_stat_name) || name
  return `cluster.${statName.replaceAll('://', '_').replaceAll(':/', '_').replaceAll(':', '_')}.`
}
