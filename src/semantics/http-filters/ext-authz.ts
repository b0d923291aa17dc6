import { isObject, type JsonObject, numberOf, objectOf } from '../../envoy/json.ts'
import { httpStatusCode } from '../../envoy/model/http-status.ts'
import { continueWith, type FilterResult, respond, undecided } from '../filters/filter-result.ts'
import { flagOf, isOn } from '../filters/filter-switch.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { bodyBeyond } from '../filters/request-body.ts'
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
  evaluate({ config, overrides, context, levels }) {
    if (levels.length === 0) return continueWith()
    if (!isOn(config.filter_enabled, context)) return switchedOff(config, 'filter_enabled', context)
    const asked = isObject(config.filter_enabled_metadata)
      ? dynamicMetadataMatches(config.filter_enabled_metadata, context.known)
      : true
    if (asked === false) return switchedOff(config, 'filter_enabled_metadata', context)
    const tooLarge = asked === true ? bodyBeyond(context.request, maxBodyBytes(config, overrides[0])) : undefined
    return tooLarge === undefined ? undecided(because('authorization-service-decides', {})) : respond(tooLarge)
  },
}

/** How much of a body the service is sent; a larger one is refused unless a part of it will do. @param override `ExtAuthzPerRoute` */
function maxBodyBytes(config: JsonObject, override: JsonObject | undefined): number | undefined {
  const { disable_request_body_buffering, with_request_body } = objectOf(override?.check_settings)
  if (disable_request_body_buffering === true) return undefined
  const { max_request_bytes, allow_partial_message } = objectOf(with_request_body ?? config.with_request_body)
  return allow_partial_message === true ? undefined : numberOf(max_request_bytes)
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
