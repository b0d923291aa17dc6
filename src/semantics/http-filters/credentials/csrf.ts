import { objectsOf } from '../../../envoy/json.ts'
import { continueWith, respond } from '../../filters/filter-result.ts'
import { isOn } from '../../filters/filter-switch.ts'
import type { HttpFilterType } from '../../filters/http-filter-type.ts'
import { authorityOf, type DecodedRequest } from '../../matching/http-headers.ts'
import { stringMatches } from '../../matching/string-match.ts'
import { because } from '../../reasons/reason.ts'

/**
 * Cross-site request forgery: what changes something has to come from a page of the same host or of `additional_origins`.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/csrf_filter
 */
export const csrf: HttpFilterType = {
  types: ['envoy.extensions.filters.http.csrf.v3.CsrfPolicy'],
  names: ['envoy.csrf', 'envoy.filters.http.csrf'],
  evaluate({ config, overrides, context }) {
    const policy = overrides[0] ?? config
    const { request } = context
    if (!changing.has(request.method)) return continueWith()
    // shadow_enabled only counts.
    if (!isOn(policy.filter_enabled, context))
      return continueWith({ reason: because('filter-switched-off', { field: 'filter_enabled' }) })
    const origin = sourceOf(request)
    const accepted =
      origin === hostOf(authorityOf(request)) ||
      objectsOf(policy.additional_origins).some((matcher) => stringMatches(matcher, origin) === true)
    if (origin !== '' && accepted) return continueWith()
    const reason = because('csrf-origin-refused', { origin, host: authorityOf(request) })
    return respond({ kind: 'denied', status: 403, details: 'csrf_origin_mismatch', reason })
  },
}

const changing: ReadonlySet<string> = new Set(['POST', 'PUT', 'DELETE', 'PATCH'])

/** Host and port of the page that sends the request; empty where no header names it. */
function sourceOf({ headers }: DecodedRequest): string {
  return hostOf(headers.first('origin') || headers.first('referer') || '')
}

/** Host and port of a URL as they are written; anything else as it is. */
function hostOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#@]+)/i.exec(url)?.[1] ?? url
}
