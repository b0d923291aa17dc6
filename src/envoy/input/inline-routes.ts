import { isObject, type JsonObject, objectOf, objectsOf } from '../json.ts'
import { sections } from '../kinds.ts'
import { typedConfig } from '../model/typed-config.ts'
import { toPlainNames } from '../proto-json/proto-json.ts'

/** The route configurations that stand inside a listener; Envoy lists them as static ones of its dump. */
export function inlineRoutes(listener: JsonObject): JsonObject[] {
  const { filter_chains, default_filter_chain } = objectOf(toPlainNames(listener, sections.listeners.type))
  const chains = [...objectsOf(filter_chains), ...(isObject(default_filter_chain) ? [default_filter_chain] : [])]
  return chains
    .flatMap(({ filters }) => objectsOf(filters))
    .map((filter) => typedConfig(filter).config.route_config)
    .filter(isObject)
}
