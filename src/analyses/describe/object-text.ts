import type { Json } from '../../envoy/json.ts'
import { type OfRoute, objectsBehind } from '../../envoy/model/gateway-api.ts'
import { provenanceText } from '../../envoy/model/provenance.ts'

/** The API objects that a resource's metadata names: `virtualservice/reviews.default`; empty when it names none. */
export function objectText(metadata: Json | undefined, route: OfRoute = {}): string {
  return objectsBehind(metadata, route).map(provenanceText).join(', ')
}
