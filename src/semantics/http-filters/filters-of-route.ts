import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { type TypedConfig, typedConfig, unwrap } from '../../envoy/model/typed-config.ts'
import type { DumpIndex } from '../connection/dump-index.ts'

/** One HTTP filter as it applies to the request. */
export interface HttpFilter {
  readonly name: string
  readonly filter: TypedConfig
  /** The per-route configurations of all levels, most specific first. */
  readonly overrides: readonly TypedConfig[]
  readonly disabled: boolean
}

/**
 * The HTTP filters of a connection manager in order, with what the route overrides.
 * @param levels most specific first: weighted cluster entry, route, virtual host, route configuration
 * @param upgrade the upgrade configuration in force; it can bring a filter list of its own
 */
export function httpFilters(
  connectionManager: JsonObject,
  levels: readonly JsonObject[],
  upgrade: JsonObject | undefined,
  index: DumpIndex,
): readonly HttpFilter[] {
  const own = objectsOf(upgrade?.filters)
  const list = own.length > 0 ? own : objectsOf(connectionManager.http_filters)
  return list.map((filter) => {
    const name = stringOf(filter.name) ?? ''
    const override = perRouteConfig(name, levels)
    const disabled = override === undefined ? filter.disabled === true : override.disabled
    return { name, filter: filterConfig(filter, index), overrides: override?.configs ?? [], disabled }
  })
}

/** Stands for the configuration of a filter that was to come by ECDS and has not come, so far as the dump tells. */
export const notDelivered: TypedConfig = { message: 'missing', type: '', config: {} }
/** The same where the dump does not hold what ECDS delivers. */
export const notInDump: TypedConfig = { message: 'missing', type: '', config: {} }

/** First version whose dumps hold what ECDS delivered. */
const dumpsEcds = 1025

/** The configuration of a filter: its own, or the one that ECDS delivered under its name. */
export function filterConfig(filter: JsonObject, index: DumpIndex): TypedConfig {
  if (!isObject(filter.config_discovery)) return typedConfig(filter)
  const delivered = index.serving('ecds', stringOf(filter.name) ?? '')
  if (delivered !== undefined) return typedConfig(delivered.resource)
  const fallback = filter.config_discovery.default_config
  if (isObject(fallback)) return unwrap(fallback)
  const isWhole = index.dump.has('bootstrap') && index.dump.has('clusters') && index.version >= dumpsEcds
  return isWhole || index.dump.has('ecds') ? notDelivered : notInDump
}

function perRouteConfig(
  name: string,
  levels: readonly JsonObject[],
): { readonly configs: readonly TypedConfig[]; readonly disabled: boolean } | undefined {
  const found = levels.flatMap((level) => {
    const any = objectOf(level.typed_per_filter_config)[name] ?? objectOf(level.per_filter_config)[name]
    return isObject(any) ? [unwrap(any)] : []
  })
  const [first] = found
  if (first === undefined) return undefined
  const configs = found.map(ownConfig).filter((own) => own !== undefined)
  return { configs, disabled: isFilterConfig(first) && first.config.disabled === true }
}

function isFilterConfig({ type }: TypedConfig): boolean {
  return type === 'envoy.config.route.v3.FilterConfig'
}

/** What a FilterConfig wraps. An empty `config` only turns the filter on: the next level's configuration holds. (PerFilterConfigs) */
function ownConfig(found: TypedConfig): TypedConfig | undefined {
  if (!isFilterConfig(found)) return found
  const { config, disabled } = found.config
  return disabled !== true && isObject(config) && config['@type'] !== undefined ? unwrap(config) : undefined
}
