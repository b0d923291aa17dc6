import { isObject, type JsonObject } from '../../envoy/json.ts'
import { httpStatusCode } from '../../envoy/model/http-status.ts'
import { continueWith, type FilterResult, respond, undecided } from '../filters/filter-result.ts'
import { flagOf, isOn } from '../filters/filter-switch.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { dynamicMetadataMatches } from '../matching/metadata-match.ts'
import { because } from '../reasons/reason.ts'
import type { RouteContext } from '../routes/route-match.ts'

/**
 * External authorization: a service decides, unless `filter_enabled` or metadata switches the filter off, or there is no route.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/ext_authz/v3/ext_authz.proto
 */
export const extAuthz: HttpFilterType = {
  types: ['envoy.extensions.filters.http.ext_authz.v3.ExtAuthz'],
  names: ['envoy.ext_authz', 'envoy.filters.http.ext_authz'],
  authorizes: true,
  opensMetadata: [{ namespace: 'envoy.filters.http.ext_authz' }],
  evaluate({ config, context, levels }) {
    if (levels.length === 0) return continueWith()
    if (!isOn(config.filter_enabled, context)) return switchedOff(config, 'filter_enabled', context)
    const asked = isObject(config.filter_enabled_metadata)
      ? dynamicMetadataMatches(config.filter_enabled_metadata, context.known)
      : true
    return asked === false
      ? switchedOff(config, 'filter_enabled_metadata', context)
      : undecided(because('authorization-service-decides', {}))
  },
}

/** `deny_at_disable` refuses what is not asked. */
function switchedOff(config: JsonObject, field: string, context: RouteContext): FilterResult {
  const reason =
    field === 'filter_enabled' ? because('filter-switched-off', { field }) : because('ext-authz-not-asked', {})
  if (!flagOf(config.deny_at_disable, context, false)) return continueWith({ reason })
  const status = httpStatusCode(config.status_on_error) || 403
  const denied = because('ext-authz-denies-when-off', { field })
  return respond({ kind: 'denied', status, flags: 'UAEX', details: 'ext_authz_error', reason: denied })
}
