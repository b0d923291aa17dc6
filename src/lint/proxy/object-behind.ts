import { type OfRoute, objectsBehind } from '../../envoy/control-plane/gateway-api.ts'
import { provenanceText } from '../../envoy/control-plane/provenance.ts'
import { type JsonObject, stringOf } from '../../envoy/json.ts'

/** The API objects that the metadata of a piece of configuration names: `virtualservice/reviews.default`; empty when it names none. */
export function objectBehind({ metadata, name }: JsonObject, route: OfRoute = {}): string {
  return [...new Set(objectsBehind(metadata, { resourceName: stringOf(name), ...route }).map(provenanceText))].join(
    ', ',
  )
}
