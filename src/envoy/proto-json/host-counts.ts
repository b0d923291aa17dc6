import { type JsonObject, numberOf, objectsOf, stringOf } from '../json.ts'

/** The counters and gauges of an `envoy.admin.v3.HostStatus`, by name; one at 0 has no value in protobuf-JSON. */
export function hostCounts({ stats }: JsonObject): ReadonlyMap<string, number> {
  return new Map(objectsOf(stats).map(({ name, value }) => [stringOf(name) ?? '', numberOf(value) ?? 0]))
}
