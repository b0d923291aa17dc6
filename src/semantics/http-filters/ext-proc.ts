import { isObject, objectOf } from '../../envoy/json.ts'
import { continueWith, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { because } from '../reasons/reason.ts'

/**
 * External processing: a service can answer and change the request, unless it is shown nothing of it or may only watch.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/ext_proc/v3/processing_mode.proto
 */
export const extProc: HttpFilterType = {
  types: ['envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor'],
  names: ['envoy.filters.http.ext_proc'],
  opensMetadata: 'any',
  evaluate({ config, overrides }) {
    const routeMode = overrides.map((override) => objectOf(override.overrides).processing_mode).find(isObject)
    const mode = objectOf(routeMode ?? config.processing_mode)
    const body = mode.request_body_mode ?? 'NONE'
    const isShown = mode.request_header_mode !== 'SKIP' || body !== 'NONE' || mode.request_trailer_mode === 'SEND'
    return isShown && config.observability_mode !== true
      ? undecided(because('external-processor-decides', {}))
      : continueWith({ reason: because('service-not-called', {}) })
  },
}
