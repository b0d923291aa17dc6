import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { presentedCertificate } from '../../connection/downstream-tls.ts'
import { continueWith, respond, undecided } from '../../filters/filter-result.ts'
import { type FilterInput, type HttpFilterType, stateOf } from '../../filters/http-filter-type.ts'
import { type RequestState, withMetadata, withOpenMetadata } from '../../filters/request-state.ts'
import { isOpen } from '../../matching/stream-state.ts'
import { because } from '../../reasons/reason.ts'
import { jwtNamespace } from './jwt-claims.ts'

/** Where the filter writes who sent the request; policies of Istio up to 1.21 ask there. */
const namespace = 'istio_authn'

/**
 * Istio's own authentication filter, up to Istio 1.21: asks for mutual TLS where its policy is strict, and hands on who the client is
 * and what its token says. https://github.com/istio/proxy/tree/release-1.20/src/envoy/http/authn
 */
export const istioAuthn: HttpFilterType = {
  types: ['istio.envoy.config.filter.http.authn.v2alpha1.FilterConfig'],
  names: ['istio_authn'],
  authorizes: true,
  evaluate(input) {
    const policy = objectOf(input.config.policy)
    const state = withIdentity(input)
    const needsToken = objectsOf(policy.origins).length > 0 && policy.origin_is_optional !== true
    if (needsToken) return undecided(because('authentication-policy-decides', {}), { state })
    const strict = objectsOf(policy.peers).some(({ mtls }) => isObject(mtls) && mtls.mode !== 'PERMISSIVE')
    if (!strict || policy.peer_is_optional === true || certificateOf(input) !== undefined)
      return continueWith({ state })
    const reason = because('mutual-tls-required', {})
    return respond({ kind: 'denied', status: 401, details: 'istio_authn_access_denied', reason })
  },
}

function certificateOf({ context: { connection, downstreamTls } }: FilterInput) {
  return presentedCertificate(connection, downstreamTls).presented ? connection.tls?.certificate : undefined
}

function withIdentity(input: FilterInput): RequestState {
  const before = stateOf(input)
  const { dynamicMetadata } = before.known
  const [payload] = Object.values(objectOf(dynamicMetadata?.[jwtNamespace])).filter(isObject)
  const certificate = certificateOf(input)
  const peer = certificate?.uriSans?.[0]?.replace(/^spiffe:\/\//, '')
  const known = {
    ...(peer === undefined ? {} : { 'source.principal': peer, 'source.user': peer }),
    ...ofToken(payload),
  }
  const state = Object.keys(known).length === 0 ? before : withMetadata(before, namespace, known)
  const namesUnknown = certificate !== undefined && certificate.uriSans === undefined
  return namesUnknown || isOpen(before.known, { namespace: jwtNamespace })
    ? withOpenMetadata(state, [{ namespace }])
    : state
}

/** Claims as Istio hands them on: each one as a list of texts. */
function ofToken(payload: JsonObject | undefined): JsonObject {
  if (payload === undefined) return {}
  const { iss, sub, aud, azp } = payload
  const lists = Object.entries(payload).map(([name, value]): [string, Json] => [
    name,
    typeof value === 'string' ? value.split(' ').filter(Boolean) : [...stringsOf(value)],
  ])
  return {
    ...(stringOf(iss) && stringOf(sub) ? { 'request.auth.principal': `${iss}/${sub}` } : {}),
    ...(stringsOf(aud).length > 0 ? { 'request.auth.audiences': stringsOf(aud).join(',') } : {}),
    ...(stringOf(azp) === undefined ? {} : { 'request.auth.presenter': stringOf(azp) }),
    'request.auth.claims': Object.fromEntries(lists),
  }
}
