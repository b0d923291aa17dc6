import type { JsonObject } from '../../../envoy/json.ts'
import { type OfRoute, objectsBehind } from '../../../envoy/model/gateway-api.ts'
import type { Provenance } from '../../../envoy/model/provenance.ts'
import type { Hop } from './trace-result.ts'

/** Notes the API object behind a part of the hop, if its metadata names one: `VirtualService/reviews.default`. */
export function noteObject(hop: Hop, part: string, resource: JsonObject, route: OfRoute = {}): void {
  const found = objectsBehind(resource.metadata, route)
  if (found.length > 0) hop.objects[part] = found.map(objectText).join(', ')
}

function objectText({ kind, name, namespace }: Provenance): string {
  return `${kind}/${name}${namespace === undefined ? '' : `.${namespace}`}`
}
