import { isObject, type JsonObject, objectOf } from '../../../envoy/json.ts'
import { typedConfig } from '../../../envoy/model/typed-config.ts'
import { continueWith, type FilterResult, undecided } from '../../filters/filter-result.ts'
import { type HttpFilterType, stateOf } from '../../filters/http-filter-type.ts'
import { because } from '../../reasons/reason.ts'
import { sessionOf } from './session-address.ts'

/** Binds a session to the endpoint that it began with, by a cookie or a header. */
export const statefulSession: HttpFilterType = {
  types: ['envoy.extensions.filters.http.stateful_session.v3.StatefulSession'],
  names: ['envoy.filters.http.stateful_session'],
  evaluate(input): FilterResult {
    const { session_state: kind, strict } = effective(input.config, input.overrides)
    if (!isObject(kind)) return continueWith()
    const state = stateOf(input)
    const session = sessionOf(typedConfig(kind), state.request)
    if (session === undefined) return undecided(because('session-kind-unknown', {}))
    const { address, expires, request = state.request } = session
    if (address === undefined) return continueWith(request === state.request ? {} : { state: { ...state, request } })
    const known = { ...state.known, session: { address, strict: strict === true } }
    const effects = { state: { request, known } }
    return expires === true
      ? undecided(because('session-may-have-expired', { address }), effects)
      : continueWith({ ...effects, reason: because('session-names-endpoint', { address }) })
  },
}

/** The most specific per-route configuration in place of the filter's own. */
function effective(config: JsonObject, [override]: readonly JsonObject[]): JsonObject {
  return override === undefined ? config : objectOf(override.stateful_session)
}
