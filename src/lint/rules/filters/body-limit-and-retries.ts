import { isObject, type JsonObject, numberOf, objectOf, stringOf } from '../../../envoy/json.ts'
import { retryPolicyOf } from '../../../semantics/routes/route-policy.ts'
import type { HttpFilter } from '../../proxy/http-filters.ts'
import type { Linted } from '../../proxy/linted.ts'
import type { ManagerPlace } from '../../proxy/places.ts'
import type { Rule } from '../../rule.ts'

/** Of a connection that does not say: 1 MiB. */
const usualLimit = 1_048_576

/** Bodies meet a limit of buffers that is smaller than what is to be done with them. */
export const bodyLimitAndRetries: Rule = {
  id: 'body-limit-and-retries',
  profile: 'core',
  severity: 'warning',
  title: 'Request bodies do not fit into the buffers that a check or a retry needs',
  detects:
    '`with_request_body` of external authorization with `allow_partial_message` whose `max_request_bytes` is above `per_connection_buffer_limit_bytes` of the listener (1 MiB when unset); routes with retries and a buffer limit of 0 (`per_request_buffer_limit_bytes`, `request_body_buffer_limit`).',
  impact:
    'Over HTTP/1.1 a body above the limit can get 413 `request_payload_too_large`, although the check would take a part of it. With a limit of 0 a request that has a body is never retried: its client gets the 503 of the first try.',
  exceptions:
    'The buffer filter, and checks that take only whole messages, raise the limit themselves (Envoy 1.40), as routes with a limit of their own do. Connection managers for HTTP/2 alone: there the window of a stream is the limit.',
  fix: 'Raise `per_connection_buffer_limit_bytes` of the listener to `max_request_bytes`, or lower that; take the limit of 0 from the route.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/ext_authz/v3/ext_authz.proto#extensions-filters-http-ext-authz-v3-buffersettings',
    'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/flow_control',
  ],
  check: {
    *manager(place, proxy) {
      const { listener } = place.of.of
      const limit = numberOf(listener.per_connection_buffer_limit_bytes) ?? usualLimit
      const check = place.filters.find(isPartial)
      if (check === undefined || !hasHttp1(place) || hasRoutesWithLimit(place, proxy)) return
      if (place.filters.slice(0, place.filters.indexOf(check)).some(raisesLimit)) return
      const wanted = numberOf(objectOf(check.config.with_request_body).max_request_bytes) ?? 0
      if (wanted > limit)
        yield {
          message: `filter ${check.name} takes ${wanted} bytes of a body, and the listener buffers no more than ${limit}`,
        }
    },
    *route({ route, action, of: { virtualHost } }) {
      const policy = retryPolicyOf({ route, virtualHost })
      const isRetried =
        Object.keys(action).length > 0 && Boolean(policy?.retry_on) && numberOf(policy?.num_retries) !== 0
      if (isRetried && (limitOf(route) ?? limitOf(virtualHost)) === 0)
        yield { message: 'requests with a body are never retried: their buffer limit is 0' }
    },
  },
}

function isPartial({ message, config, isDisabled }: HttpFilter): boolean {
  return message === 'ExtAuthz' && !isDisabled && objectOf(config.with_request_body).allow_partial_message === true
}

/** Filters that set the limit of the stream to what they want. */
function raisesLimit({ message, config, isDisabled }: HttpFilter): boolean {
  if (isDisabled) return false
  return message === 'Buffer' || (message === 'ExtAuthz' && isObject(config.with_request_body))
}

function hasHttp1({ manager }: ManagerPlace): boolean {
  const codec = stringOf(manager.codec_type) ?? 'AUTO'
  return codec === 'AUTO' || codec === 'HTTP1'
}

/** Whether a route that leads through this connection manager may have a limit of its own. */
function hasRoutesWithLimit(place: ManagerPlace, { tables }: Linted): boolean {
  const own = tables.filter(({ managers }) => managers.some((each) => each.manager === place.manager))
  // Without its routes nothing is known.
  if (own.length === 0) return true
  return own.some(({ table }) => JSON.stringify(table).includes('_buffer_limit'))
}

function limitOf({ request_body_buffer_limit, per_request_buffer_limit_bytes }: JsonObject): number | undefined {
  return numberOf(request_body_buffer_limit ?? per_request_buffer_limit_bytes)
}
