import { type OfRoute, objectsBehind } from '../../envoy/control-plane/gateway-api.ts'
import { provenanceText } from '../../envoy/control-plane/provenance.ts'
import type { Json } from '../../envoy/json.ts'

/** The API objects that a resource's metadata names: `virtualservice/reviews.default`; empty when it names none. */
export function objectText(metadata: Json | undefined, route: OfRoute = {}): string {
  return objectsBehind(metadata, route).map(provenanceText).join(', ')
}
