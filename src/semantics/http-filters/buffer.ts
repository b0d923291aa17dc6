import { type JsonObject, numberOf, objectOf } from '../../envoy/json.ts'
import { continueWith, respond } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { bodyBeyond } from '../filters/request-body.ts'

/**
 * Holds a request back until its body is complete; a body that is too large is answered.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/buffer_filter
 */
export const buffer: HttpFilterType = {
  types: ['envoy.extensions.filters.http.buffer.v3.Buffer'],
  names: ['envoy.buffer', 'envoy.filters.http.buffer'],
  evaluate({ config, overrides, context: { request } }) {
    const answer = bodyBeyond(request, limitOf(overrides[0], config))
    return answer === undefined ? continueWith() : respond(answer)
  },
}

/** @param override `BufferPerRoute` */
function limitOf(override: JsonObject | undefined, config: JsonObject): number | undefined {
  return numberOf(objectOf(override?.buffer).max_request_bytes) ?? numberOf(config.max_request_bytes)
}
