import type { JsonObject } from '../../envoy/json.ts'
import { type OfRoute, objectsBehind } from '../../envoy/model/gateway-api.ts'
import { provenanceText } from '../../envoy/model/provenance.ts'

/** The API objects that the metadata of a piece of configuration names: `virtualservice/reviews.default`; empty when it names none. */
export function objectBehind({ metadata }: JsonObject, route: OfRoute = {}): string {
  return [...new Set(objectsBehind(metadata, route).map(provenanceText))].join(', ')
}
