import { isObject, type JsonObject, objectOf, objectsOf } from '../json.ts'
import { sections } from '../kinds.ts'
import { chainsOfListener } from '../model/filter-chains.ts'
import { typedConfig } from '../model/typed-config.ts'
import { toPlainNames } from '../proto-json/proto-json.ts'

/** The route configurations that stand inside a listener; Envoy lists them as static ones of its dump. */
export function inlineRoutes(listener: JsonObject): JsonObject[] {
  return chainsOfListener(objectOf(toPlainNames(listener, sections.listeners.type)))
    .flatMap(({ filters }) => objectsOf(filters))
    .map((filter) => typedConfig(filter).config.route_config)
    .filter(isObject)
}
