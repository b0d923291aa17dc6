import { type OfRoute, objectsBehind } from '../envoy/control-plane/gateway-api.ts'
import type { Provenance } from '../envoy/control-plane/provenance.ts'
import { type JsonObject, stringOf } from '../envoy/json.ts'

/** The API object behind a part of a hop, by the part's field name: `VirtualService/reviews.default`. Empty where its metadata names none. */
export function apiObject(part: string, resource: JsonObject, route: OfRoute = {}): Readonly<Record<string, string>> {
  const found = objectsBehind(resource.metadata, { resourceName: stringOf(resource.name), ...route })
  return found.length === 0 ? {} : { [part]: found.map(objectText).join(', ') }
}

function objectText({ kind, name, namespace }: Provenance): string {
  return `${kind}/${name}${namespace === undefined ? '' : `.${namespace}`}`
}
