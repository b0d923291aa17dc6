import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'

export interface Upgrade {
  readonly type: string
  readonly allowed: boolean
  /** The connection manager's configuration for it. */
  readonly config: JsonObject | undefined
}

/**
 * The upgrade that a request asks for, and whether route and connection manager allow it; undefined for a plain request.
 * The headers of a half-hearted upgrade are gone by now. The route has the last word. (HttpConnectionManagerConfig::createUpgradeFilterChain)
 */
export function upgradeOf(
  request: DecodedRequest,
  connectionManager: JsonObject,
  route: JsonObject,
): Upgrade | undefined {
  const type = request.method === 'CONNECT' ? 'CONNECT' : request.headers.first('upgrade')
  if (type === undefined) return undefined
  const find = (configs: unknown): JsonObject | undefined =>
    objectsOf(configs).find((config) => stringOf(config.upgrade_type)?.toLowerCase() === type.toLowerCase())
  const own = find(objectOf(route.route).upgrade_configs)
  const config = find(connectionManager.upgrade_configs)
  const allowed = own === undefined ? config !== undefined && config.enabled !== false : own.enabled !== false
  return { type, allowed, config }
}
