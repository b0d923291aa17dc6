import { stringOf } from '../../envoy/json.ts'
import { continueWith, respond } from '../filters/filter-result.ts'
import { filterStateKeys } from '../filters/filter-state.ts'
import { type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { parseAuthority } from '../http/authority.ts'
import { authorityOf, withHeader } from '../matching/http-headers.ts'
import { because } from '../reasons/reason.ts'

/**
 * Looks up the request's host for a cluster of type dynamic_forward_proxy; for other clusters it does nothing. Its per-route
 * configuration can put another host in place. (ProxyFilter::decodeHeaders)
 */
export const dynamicForwardProxy: HttpFilterType = {
  types: ['envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig'],
  names: ['envoy.filters.http.dynamic_forward_proxy'],
  evaluate(input) {
    if (input.clusterType() !== 'DYNAMIC_FORWARD_PROXY') return continueWith()
    const state = stateOf(input)
    const [override = {}] = input.overrides
    const header = stringOf(override.host_rewrite_header)
    const host = stringOf(override.host_rewrite_literal) || (header ? state.request.headers.first(header) : undefined)
    const request = host === undefined ? state.request : withHeader(state.request, ':authority', host)
    if (request.authority === '') {
      return respond({ kind: 'denied', status: 400, details: 'empty_host_header', reason: because('host-empty', {}) })
    }
    const byState = input.config.allow_dynamic_host_from_filter_state === true ? state.known.filterState : undefined
    const { host: name, port } = parseAuthority(byState?.[filterStateKeys.dynamicHost] ?? authorityOf(request))
    const ownPort = port ?? byState?.[filterStateKeys.dynamicPort]
    const lookedUp = ownPort === undefined ? name : `${name}:${ownPort}`
    return continueWith({ state: { request, known: { ...state.known, lookedUp } } })
  },
}
