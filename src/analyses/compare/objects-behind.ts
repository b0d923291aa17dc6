import { provenanceOf, provenanceText } from '../../envoy/control-plane/provenance.ts'
import { isObject, type Json, type JsonObject, stringOf } from '../../envoy/json.ts'
import type { Change } from '../diff/delta.ts'
import type { ResourcePair } from './model/comparison.ts'

/** The objects of a control plane's API that a whole resource was made from, as `kind/name.namespace`. */
export function objectsOfResource(resource: JsonObject | undefined): string[] {
  return resource === undefined ? [] : provenanceOf(resource.metadata, stringOf(resource.name)).map(provenanceText)
}

/**
 * The objects behind a change: those of the innermost part of the resource around it that names any, as a route of a route configuration
 * does; of the whole resource where no part does.
 */
export function objectsAt({ steps, from, to }: Pick<Change, 'steps' | 'from' | 'to'>, pair: ResourcePair): string[] {
  const parts: (Json | undefined)[] = [
    pair.before,
    pair.after,
    ...steps.flatMap((step) => ('item' in step ? [step.item] : [])),
    from,
    to,
  ]
  for (const part of parts.toReversed()) {
    const found = isObject(part) ? objectsOfResource(part) : []
    if (found.length > 0) return found
  }
  return []
}
