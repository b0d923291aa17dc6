import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject } from '../../../../src/envoy/json.ts'
import type { ValidToken } from '../../../../src/semantics/request.ts'
import { filter, get, typed } from '../dump-of.ts'
import { ending, filtered, http, withHeaders } from './filtered-proxy.ts'

const encoded = (value: Json): string =>
  btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const token = (claims: JsonObject, header: JsonObject = { alg: 'RS256' }): string =>
  `${encoded(header)}.${encoded(claims)}.c2ln`
const bearer = (text: string) => withHeaders(['authorization', `Bearer ${text}`])
const named = { provider_name: 'p' }
const any = (...requirements: JsonObject[]): JsonObject => ({ requires_any: { requirements } })
const valid = (claims: JsonObject, fields: Partial<ValidToken> = {}) => ({
  token: { claims, complete: false, ...fields },
})

function jwt(requires: JsonObject, provider: JsonObject = {}, others: JsonObject = {}): JsonObject {
  return filter('jwt', http('jwt_authn.v3.JwtAuthentication'), {
    providers: { p: { issuer: 'i', payload_in_metadata: 'payload', ...provider }, ...others },
    rules: [{ match: { prefix: '/' }, requires }],
  })
}

function rbac(claim: string, value: JsonObject, action = 'ALLOW'): JsonObject {
  const metadata = { filter: 'envoy.filters.http.jwt_authn', path: [{ key: 'payload' }, { key: claim }], value }
  const policies = { p: { permissions: [{ any: true }], principals: [{ metadata }] } }
  return filter('rbac', http('rbac.v3.RBAC'), { rules: { action, policies } })
}

const present = { string_match: { safe_regex: { regex: '.+' } } }

test('without a token there are no claims, and policies on them are certain', async () => {
  for (const requires of [any(named, { allow_missing: {} }), { allow_missing: {} }, { allow_missing_or_failed: {} }]) {
    const ask = await filtered([jwt(requires), rbac('iss', present)])
    assert.equal(ending(ask()), '403')
    assert.equal(ending(ask(withHeaders(['authorization', 'Basic x']))), '403')
  }
  const deny = await filtered([jwt(any(named, { allow_missing: {} })), rbac('iss', present, 'DENY')])
  assert.equal(ending(deny()), 'upstream')
})

test('a token that is none, of another issuer, late or for others is refused; the signature stays open', async () => {
  const ask = await filtered([jwt(named, { audiences: ['me'] })])
  const details = (text: string) => ask(bearer(text)).outcome.details
  assert.equal(ask().outcome.details, 'jwt_authn_access_denied{Jwt_is_missing}')
  assert.match(details('x') ?? '', /not_in_the_form_of_Header\.Payload\.Signature/)
  assert.match(details('a.b.c') ?? '', /Jwt_header_is_an_invalid_Base64url_encoded/)
  assert.match(details(token({ iss: 'i' }, { alg: 'none' })) ?? '', /Jwt_header_\[alg\]_is_not_supported/)
  assert.match(details(token({ iss: 'other' })) ?? '', /Jwt_issuer_is_not_configured/)
  assert.match(details(token({ iss: 'i', exp: 'x' })) ?? '', /\[exp\]_field_is_not_an_integer/)
  const wrong = ask(bearer(token({ iss: 'i', aud: 'you' }))).outcome
  assert.deepEqual([wrong.status, wrong.details], [403, 'jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}'])
  assert.equal(ending(ask(bearer(token({ iss: 'i', aud: ['https://me/'] })))), 'undecided')
})

test('tokens are looked for where the provider says, behind its prefix', async () => {
  const places = { from_headers: [{ name: 'x-jwt', value_prefix: 'tok ' }], from_params: ['t'], from_cookies: ['ck'] }
  const ask = await filtered([jwt(named, places)])
  const good = token({ iss: 'i' })
  assert.equal(ending(ask(bearer(good))), '401')
  assert.equal(ending(ask(withHeaders(['x-jwt', good]))), '401')
  for (const request of [
    withHeaders(['x-jwt', `tok ${good}`]),
    withHeaders(['cookie', `ck=${good}`]),
    get('h', `/?t=${good}`),
  ])
    assert.equal(ending(ask(request)), 'undecided')
})

test('the failure that says most is told where several providers are asked', async () => {
  const q = { q: { issuer: 'j', from_headers: [{ name: 'x-q' }] } }
  const ask = await filtered([jwt(any(named, { provider_name: 'q' }), { audiences: ['me'] }, q)])
  assert.equal(ask(bearer(token({ iss: 'i' }))).outcome.status, 403)
  assert.match(ask(withHeaders(['x-q', 'a.b.c'])).outcome.details ?? '', /invalid_Base64url/)
  assert.match(ask(withHeaders(['x-q', token({ iss: 'i' })])).outcome.details ?? '', /issuer_is_not_configured/)
  assert.match(ask().outcome.details ?? '', /Jwt_is_missing/)
})

test('claims that are given stand for a valid token, and those that are not are unknown', async () => {
  const ask = await filtered([
    jwt(named),
    rbac('groups', { list_match: { one_of: { string_match: { exact: 'ops' } } } }),
  ])
  assert.equal(ending(ask(valid({ iss: 'i', groups: 'ops' }))), 'upstream')
  assert.equal(ending(ask(valid({ groups: ['dev', 'ops'] }))), 'upstream')
  assert.equal(ending(ask(valid({ iss: 'i', groups: 'dev' }))), '403')
  assert.equal(ending(ask(valid({ iss: 'i' }))), 'undecided')
  assert.equal(ending(ask(valid({ iss: 'i' }, { complete: true }))), '403')
  assert.equal(ending(ask(valid({ iss: 'other', groups: 'ops' }))), '401')
  // In a token a text is no list.
  assert.equal(ending(ask(valid({ iss: 'i', groups: 'ops' }, { complete: true }))), '403')
})

test('an audience or issuer that is not given is not made up', async () => {
  const audience = await filtered([jwt(named, { audiences: ['me'] })])
  assert.equal(ending(audience(valid({ iss: 'i' }))), 'undecided')
  assert.equal(ending(audience(valid({ iss: 'i', aud: 'me' }))), 'upstream')
  assert.equal(ending(audience(valid({ iss: 'i', aud: 'you' }))), '403')
  const issuers = await filtered([jwt(named, {}, { q: { issuer: 'j' } })])
  assert.equal(ending(issuers(valid({ sub: 'x' }))), 'undecided')
  assert.equal(ending(issuers(valid({ iss: 'i' }))), 'upstream')
})

test('claims become headers and the token goes, before routes are looked up again', async () => {
  const match = (name: string, exact: string): JsonObject => ({ headers: [{ name, string_match: { exact } }] })
  const routes = [
    { name: 'ada', match: { prefix: '/', ...match('x-sub', 'ada') }, route: { cluster: 'a' } },
    {
      name: 'token',
      match: { prefix: '/', headers: [{ name: 'authorization', present_match: true }] },
      route: { cluster: 'a' },
    },
    { name: 'rest', match: { prefix: '/' }, route: { cluster: 'a' } },
  ]
  const claims = { claim_to_headers: [{ header_name: 'x-sub', claim_name: 'sub' }], clear_route_cache: true }
  const ask = await filtered([jwt(named, claims)], { host: { routes } })
  const sent = { ...withHeaders(['authorization', 'Bearer x']), ...valid({ iss: 'i', sub: 'ada' }) }
  assert.equal(ask(sent).hops[0]?.route, 'ada')
  assert.equal(ask({ ...sent, ...valid({ iss: 'i', sub: 'bob' }) }).hops[0]?.route, 'rest')
  const forwarding = await filtered([jwt(named, { ...claims, forward: true })], { host: { routes } })
  assert.equal(forwarding({ ...sent, ...valid({ iss: 'i', sub: 'bob' }) }).hops[0]?.route, 'token')
})

test("Istio's own authentication filter hands on who the client is, and asks for certificates where it is strict", async () => {
  const type = 'istio.envoy.config.filter.http.authn.v2alpha1.FilterConfig'
  const authn = (mode: string) => ({
    name: 'istio_authn',
    typed_config: typed(type, { policy: { peers: [{ mtls: { mode } }] } }),
  })
  const metadata = {
    filter: 'istio_authn',
    path: [{ key: 'request.auth.claims' }, { key: 'groups' }],
    value: { list_match: { one_of: { string_match: { exact: 'ops' } } } },
  }
  const policies = { p: { permissions: [{ any: true }], principals: [{ metadata }] } }
  const rules = filter('rbac', http('rbac.v3.RBAC'), { rules: { policies } })
  const ask = await filtered([jwt({ allow_missing: {} }), authn('PERMISSIVE'), rules])
  assert.equal(ending(ask()), '403')
  assert.equal(ending(ask(valid({ iss: 'i', groups: 'ops' }))), 'upstream')
  assert.equal(ending(ask(valid({ iss: 'i' }))), 'undecided')
  assert.equal(ending((await filtered([authn('STRICT')]))()), '401')
})
