export const planted: string[] = []

/** A secret that stands at one place only; letters and digits, so that nothing can be escaped in it. */
export function plant(where: string): string {
  planted.push(where)
  return `CANARY${planted.length}X7q`
}

export const base64 = (text: string) => Buffer.from(text).toString('base64')

export const keyBlock = (where: string) =>
  `Bag Attributes\n-----BEGIN EC PRIVATE KEY-----\n${plant(where)}\n${'A'.repeat(64)}\n-----END EC PRIVATE KEY-----\n`

export const any = (type: string, fields: object) => ({ '@type': `type.googleapis.com/${type}`, ...fields })

export const extension = (type: string, fields: object) => ({ name: type, typed_config: any(type, fields) })

/** Fields that the API marks with udpa.annotations.sensitive, and fields beside them that hold credentials without the mark. */
const marked =
  `auth_password auth_username backend_token context_extensions credentials_data_source downstream_auth_password
  downstream_auth_passwords downstream_auth_username generic_secret password pkcs12 private_key private_key_provider
  secret_access_key secret_data session_ticket_keys session_token users web_identity_token_data_source access_token
  authorization_token google_refresh_token json_key`.split(/\s+/)

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

const everyField = marked.flatMap((field) => [
  { [field]: { inline_string: plant(field) } },
  { [field]: { inline_bytes: base64(plant(`${field} as bytes`)) } },
  { [field]: plant(`${field} as text`) },
  { [field]: [{ inline_string: plant(`${field} in a list`) }] },
  { [camel(field)]: { inlineString: plant(camel(field)) } },
])

const credentialHeaders = [
  'authorization',
  'Proxy-Authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-auth-token',
  'x-amz-security-token',
]

export const added = credentialHeaders.map((key) => ({ header: { key, value: `Bearer ${plant(`added ${key}`)}` } }))

export const addedRaw = [{ header: { key: 'authorization', raw_value: base64(plant('raw_value')) } }]

export const matchers = credentialHeaders.flatMap((name) => [
  { name, string_match: { exact: plant(`exact ${name}`) } },
  { name, string_match: { prefix: `Bearer ${plant(`prefix ${name}`)}` } },
  { name, string_match: { safe_regex: { regex: `.*${plant(`regex ${name}`)}` } } },
  { name, exact_match: plant(`exact_match ${name}`) },
  { name, safe_regex_match: { regex: plant(`regex_match ${name}`) } },
])

const headerInput = extension('envoy.type.matcher.v3.HttpRequestHeaderMatchInput', { header_name: 'authorization' })

const action = (name: string) => ({
  action: extension('envoy.config.rbac.v3.Action', { name, action: 'DENY' }),
})

export const http = [
  extension('envoy.extensions.filters.http.rbac.v3.RBAC', {
    rules: {
      policies: {
        p: {
          permissions: [{ header: matchers[0] }, { and_rules: { rules: [{ header: matchers[3] }] } }],
          principals: [{ any: true }],
        },
      },
    },
    shadow_matcher: { on_no_match: action('none') },
  }),
  extension('envoy.extensions.filters.http.rbac.v3.RBAC', {
    matcher: {
      matcher_tree: {
        input: headerInput,
        exact_match_map: { map: { [plant('key of a match map')]: action('a') } },
      },
    },
  }),
  extension('envoy.extensions.filters.http.rbac.v3.RBAC', {
    matcher: {
      matcher_list: {
        matchers: [
          {
            predicate: { single_predicate: { input: headerInput, value_match: { exact: plant('value_match') } } },
            on_match: action('b'),
          },
        ],
      },
    },
  }),
  extension('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
    mutations: { request_mutations: [{ append: added[0] }, { append: addedRaw[0] }] },
  }),
  extension('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', {
    http_service: {
      server_uri: { uri: `http://user:${plant('password of a URL')}@authz/x?token=${plant('query of a URL')}` },
      authorization_request: { headers_to_add: [{ key: 'x-token', value: plant('ext_authz header') }] },
    },
  }),
  extension('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', {
    grpc_service: {
      google_grpc: {
        call_credentials: [
          { access_token: plant('call credentials') },
          { service_account_jwt_access: { json_key: plant('json key') } },
          {
            from_plugin: extension(
              'envoy.extensions.grpc_service.call_credentials.access_token.v3.AccessTokenCredentials',
              { token: plant('token of a plugin') },
            ),
          },
        ],
      },
      initial_metadata: [
        { key: 'x', value: plant('initial metadata') },
        { key: 'y', raw_value: base64(plant('raw initial metadata')) },
      ],
    },
  }),
  extension('envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth', {
    credentials: [{ key: plant('API key'), client: 'c' }],
  }),
  extension('envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication', {
    providers: {
      a: { local_jwks: { inline_string: `{"keys":[{"kty":"RSA","p":"${plant('p of a JWK')}","q":"x"}]}` } },
      b: { local_jwks: { inline_string: `{"keys":[{"\\u006b":"${plant('escaped k of a JWK')}"}]}` } },
      c: { local_jwks: { inline_bytes: base64(`{"keys":[{"d":"${plant('d of a JWK in bytes')}"}]}`) } },
    },
  }),
  extension('envoy.extensions.filters.http.lua.v3.Lua', {
    default_source_code: { inline_string: `h:add("x", "Bearer ${plant('token in a script')}")` },
  }),
  extension('envoy.extensions.filters.http.wasm.v3.Wasm', {
    config: {
      vm_config: { environment_variables: { key_values: { ANY: plant('environment of Wasm') } } },
      configuration: any('google.protobuf.StringValue', { value: `{"api_key": "${plant('configuration of Wasm')}"}` }),
    },
  }),
  extension('udpa.type.v1.TypedStruct', { value: { nested: [{ clientSecret: plant('Struct') }], all: everyField } }),
  extension('envoy.extensions.filters.http.router.v3.Router', {}),
]
