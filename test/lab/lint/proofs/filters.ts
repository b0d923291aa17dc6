import { createHmac } from 'node:crypto'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { httpFilter, type Parts, type Proof, typed } from '../proof.ts'
import { serverPorts } from '../servers.ts'

const { first, none } = serverPorts

function filtered({ cluster, route }: Parts, filters: readonly JsonObject[], more: JsonObject = {}) {
  return {
    filters,
    routes: [{ ...route('main'), ...more }],
    clusters: [cluster('main', [first]), cluster('dead', [none])],
  }
}

function authz(parts: Parts, more: JsonObject): JsonObject {
  const server_uri = { uri: `http://127.0.0.1:${none}`, cluster: parts.name('dead'), timeout: '1s' }
  return httpFilter('authz', 'ext_authz.v3.ExtAuthz', { http_service: { server_uri }, ...more })
}

/** A check that takes up to 64 KiB of a body, behind a listener that buffers so much. */
function partOfBody(parts: Parts, per_connection_buffer_limit_bytes: number) {
  const server_uri = { uri: `http://127.0.0.1:${first}`, cluster: parts.name('main'), timeout: '1s' }
  const with_request_body = { max_request_bytes: 65_536, allow_partial_message: true }
  return {
    ...filtered(parts, [authz(parts, { http_service: { server_uri }, with_request_body })]),
    listener: { per_connection_buffer_limit_bytes },
  }
}

const cors = httpFilter('envoy.filters.http.cors', 'cors.v3.Cors')
const corsPolicy = {
  typed_per_filter_config: {
    'envoy.filters.http.cors': typed('extensions.filters.http.cors.v3.CorsPolicy', {
      allow_origin_string_match: [{ exact: 'https://app.example.com' }],
      allow_methods: 'GET',
    }),
  },
}
const key = 'a key of no worth to anyone at all'
/** @param more fields of the provider */
function verifying(more: JsonObject): JsonObject {
  const keys = [{ kty: 'oct', alg: 'HS256', k: Buffer.from(key).toString('base64url') }]
  const local_jwks = { inline_string: JSON.stringify({ keys }) }
  return httpFilter('envoy.filters.http.jwt_authn', 'jwt_authn.v3.JwtAuthentication', {
    providers: { p: { issuer: 'me', payload_in_metadata: 'claims', local_jwks, ...more } },
    rules: [{ match: { prefix: '/' }, requires: { provider_name: 'p' } }],
  })
}
const jwt = verifying({})
const bySubject = httpFilter('rbac', 'rbac.v3.RBAC', {
  rules: {
    action: 'ALLOW',
    policies: {
      p: {
        permissions: [{ any: true }],
        principals: [
          {
            metadata: {
              filter: 'envoy.filters.http.jwt_authn',
              path: [{ key: 'claims' }, { key: 'sub' }],
              value: { string_match: { exact: 'jason' } },
            },
          },
        ],
      },
    },
  },
})

/** A route for one subject before the route for all. */
function byClaim({ cluster, route }: Parts, filters: readonly JsonObject[]) {
  const dynamic_metadata = [
    {
      filter: 'envoy.filters.http.jwt_authn',
      path: [{ key: 'claims' }, { key: 'sub' }],
      value: { string_match: { exact: 'jason' } },
    },
  ]
  return {
    filters,
    routes: [{ match: { prefix: '/', dynamic_metadata }, direct_response: { status: 204 } }, route('main')],
    clusters: [cluster('main', [first])],
  }
}

function token(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256' })}.${part({ iss: 'me', sub: 'jason' })}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

export const filterProofs: readonly Proof[] = [
  {
    rule: 'auth-fails-open',
    defect: (parts) => filtered(parts, [authz(parts, { failure_mode_allow: true })]),
    fix: (parts) => filtered(parts, [authz(parts, {})]),
    symptom: /^200/,
    cured: /^403 UAEX/,
  },
  {
    rule: 'body-limit-and-retries',
    defect: (parts) => partOfBody(parts, 16_384),
    fix: (parts) => partOfBody(parts, 65_536),
    ask: ({ http }) => http({ method: 'POST', body: 'x'.repeat(40_000) }),
    symptom: /^413 request_payload_too_large/,
    cured: /^200/,
  },
  {
    rule: 'denies-everything',
    defect: (parts) => filtered(parts, [httpFilter('rbac', 'rbac.v3.RBAC', { rules: { action: 'ALLOW' } })]),
    fix: (parts) =>
      filtered(parts, [
        httpFilter('rbac', 'rbac.v3.RBAC', {
          rules: { action: 'ALLOW', policies: { p: { permissions: [{ any: true }], principals: [{ any: true }] } } },
        }),
      ]),
    symptom: /^403 rbac_access_denied_matched_policy\[none\]/,
    cured: /^200/,
  },
  {
    rule: 'rbac-reads-claims-before-jwt',
    defect: (parts) => filtered(parts, [bySubject, jwt]),
    fix: (parts) => filtered(parts, [jwt, bySubject]),
    ask: ({ http }) => http({ headers: { authorization: `Bearer ${token()}` } }),
    symptom: /^403 rbac_access_denied/,
    cured: /^200/,
  },
  {
    rule: 'route-reads-claims-without-jwt',
    defect: (parts) => byClaim(parts, [jwt]),
    fix: (parts) => byClaim(parts, [verifying({ clear_route_cache: true })]),
    ask: ({ http }) => http({ headers: { authorization: `Bearer ${token()}` } }),
    symptom: /^200/,
    cured: /^204/,
  },
  {
    rule: 'cors-after-auth',
    defect: (parts) => filtered(parts, [jwt, cors], corsPolicy),
    fix: (parts) => filtered(parts, [cors, jwt], corsPolicy),
    ask: ({ http }) =>
      http({
        method: 'OPTIONS',
        headers: { origin: 'https://app.example.com', 'access-control-request-method': 'GET' },
      }),
    symptom: /^401 .*jwt/i,
    cured: /^200/,
  },
  {
    rule: 'tap-or-debug-filter-left',
    defect: () => ({
      networkFilters: [{ name: 'echo', typed_config: typed('extensions.filters.network.echo.v3.Echo') }],
    }),
    fix: (parts) => filtered(parts, []),
    ask: ({ tcp }) => tcp('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'),
    symptom: /^GET \/ HTTP/,
    cured: /^HTTP\/1.1 200/,
  },
]
