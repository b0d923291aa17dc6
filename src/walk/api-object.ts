import { type OfRoute, objectsBehind } from '../envoy/control-plane/gateway-api.ts'
import type { Provenance } from '../envoy/control-plane/provenance.ts'
import { type JsonObject, stringOf } from '../envoy/json.ts'

/** API objects behind parts of a hop, by the part's field name. */
export type ObjectsOfParts = Readonly<Record<string, readonly Provenance[]>>

/** The API objects behind a part of a hop, by the part's field name. Empty where its metadata names none. */
export function apiObject(part: string, resource: JsonObject, route: OfRoute = {}): ObjectsOfParts {
  const found = objectsBehind(resource.metadata, { resourceName: stringOf(resource.name), ...route })
  return found.length === 0 ? {} : { [part]: found }
}

/** `VirtualService/reviews.default`, with commas between several. */
export function apiObjectsText(objects: readonly Provenance[]): string {
  return objects.map(objectText).join(', ')
}

function objectText({ kind, name, namespace }: Provenance): string {
  return `${kind}/${name}${namespace === undefined ? '' : `.${namespace}`}`
}
