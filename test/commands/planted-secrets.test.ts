import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inMemory } from '../../src/envoy/input/stored-bytes.ts'
import { openZip } from '../../src/fetch/capture/zip/open-zip.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import { outputValues } from '../output-values.ts'
import { runProgram } from '../run-program.ts'

const planted: string[] = []

/** A secret that stands at one place only; letters and digits, so that nothing can be escaped in it. */
function plant(where: string): string {
  planted.push(where)
  return `CANARY${planted.length}X7q`
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const keyBlock = (where: string) =>
  `Bag Attributes\n-----BEGIN EC PRIVATE KEY-----\n${plant(where)}\n${'A'.repeat(64)}\n-----END EC PRIVATE KEY-----\n`
const any = (type: string, fields: object) => ({ '@type': `type.googleapis.com/${type}`, ...fields })
const extension = (type: string, fields: object) => ({ name: type, typed_config: any(type, fields) })

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
const added = credentialHeaders.map((key) => ({ header: { key, value: `Bearer ${plant(`added ${key}`)}` } }))
const addedRaw = [{ header: { key: 'authorization', raw_value: base64(plant('raw_value')) } }]
const matchers = credentialHeaders.flatMap((name) => [
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

const http = [
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

const route = any('envoy.config.route.v3.RouteConfiguration', {
  name: 'r',
  request_headers_to_add: addedRaw,
  virtual_hosts: [
    {
      name: 'v',
      domains: ['*'],
      response_headers_to_add: added.slice(2),
      routes: [
        ...matchers.map((matcher) => ({ match: { prefix: '/m', headers: [matcher] }, route: { cluster: 'c' } })),
        {
          match: {
            prefix: '/q',
            query_parameters: [{ name: 'access_token', string_match: { exact: plant('query parameter') } }],
            cookies: [{ name: 'sid', string_match: { exact: plant('cookie') } }],
          },
          route: { cluster: 'c' },
        },
        { match: { prefix: '/r' }, redirect: { path_redirect: `/x?token=${plant('redirect')}` } },
        { match: { prefix: '/d' }, direct_response: { status: 200, body: { inline_string: keyBlock('body') } } },
        { match: { prefix: '/' }, route: { cluster: 'c' }, request_headers_to_add: added },
      ],
    },
  ],
})

const manager = extension('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
  stat_prefix: 'x',
  http_filters: http,
  route_config: route,
  tracing: {
    custom_tags: [{ tag: 't', request_header: { name: 'authorization', default_value: plant('custom tag') } }],
    provider: extension('envoy.config.trace.v3.LightstepConfig', { access_token: { inline_string: plant('tracer') } }),
  },
  access_log: [
    extension('envoy.extensions.access_loggers.file.v3.FileAccessLog', {
      log_format: { json_format: { password: plant('access log'), text: `Basic ${plant('Basic in an access log')}` } },
    }),
  ],
})
const listener = any('envoy.config.listener.v3.Listener', {
  name: 'l',
  address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
  filter_chains: [{ filters: [manager] }],
})
const cluster = any('envoy.config.cluster.v3.Cluster', {
  name: 'c',
  type: 'STATIC',
  load_assignment: {
    cluster_name: 'c',
    endpoints: [
      { lb_endpoints: [{ endpoint: { address: { socket_address: { address: '10.0.0.1', port_value: 80 } } } }] },
    ],
  },
  metadata: { filter_metadata: { any: { [keyBlock('name of a member')]: 1, token: plant('metadata') } } },
  health_checks: [
    {
      http_health_check: {
        path: '/',
        send: { text: Buffer.from(plant('payload')).toString('hex') },
        receive: [{ binary: base64(plant('expected payload')) }],
        request_headers_to_add: added,
      },
    },
    { tcp_health_check: { send: { text: plant('TCP payload') }, receive: [{ text: plant('expected TCP payload') }] } },
    { grpc_health_check: { initial_metadata: [{ header: { key: 'x', value: plant('metadata of a health check') } }] } },
  ],
})
const held = (fields: object) => any('envoy.extensions.transport_sockets.tls.v3.Secret', fields)
const section = (name: string, fields: object) => any(`envoy.admin.v3.${name}ConfigDump`, fields)
const rejected = (name: string, configuration: object) => ({
  failed_configuration: configuration,
  details: `cannot load ${keyBlock(`rejection of a ${name}`)}, sent Authorization: Bearer ${plant(`token in a rejection of a ${name}`)}`,
})

const dump = {
  configs: [
    section('Bootstrap', {
      bootstrap: {
        node: {
          id: 'sidecar~1.1.1.1~a.b~c',
          metadata: {
            ENV: { ANYTHING: plant('ENV') },
            ISTIO_META_AUTH_TOKEN: plant('token of a node'),
            PROXY_CONFIG: { proxyMetadata: { DB_PASSWORD: plant('password of a node') } },
          },
        },
        static_resources: {
          clusters: [cluster],
          secrets: [{ name: 's', unheard_of: { inline_string: plant('static secret') } }],
        },
      },
    }),
    section('Clusters', {
      dynamic_active_clusters: [{ cluster }],
      dynamic_warming_clusters: [{ cluster: { name: 'w' }, error_state: rejected('cluster', cluster) }],
    }),
    section('Listeners', {
      dynamic_listeners: [{ name: 'l', active_state: { listener }, error_state: rejected('listener', listener) }],
    }),
    section('ScopedRoutes', {
      inline_scoped_route_configs: [{ name: 's', scoped_route_configs: [{ name: 'k', route_configuration: route }] }],
    }),
    section('Routes', { dynamic_route_configs: [{ route_config: route }] }),
    section('Endpoints', {
      dynamic_endpoint_configs: [
        { endpoint_config: { cluster_name: 'c', note: keyBlock('endpoints'), endpoints: [] } },
      ],
    }),
    section('Secrets', {
      dynamic_active_secrets: [
        {
          name: 'a',
          secret: held({
            name: 'a',
            brand_new: { inline_string: plant('unknown secret'), deeper: [{ x: plant('unknown secret, deeper') }] },
          }),
        },
        {
          name: 'b',
          secret: held({
            name: 'b',
            tls_certificate: {
              certificate_chain: { inline_bytes: base64(keyBlock('chain')) },
              new_part: plant('unknown part'),
            },
          }),
        },
        { name: 'c', secret: { name: 'c', brand_new: plant('unknown secret without a type') } },
        {
          name: 'd',
          secret: held({ name: 'd', generic_secret: { secrets: { k: { inline_string: plant('generic secret') } } } }),
        },
      ],
      dynamic_warming_secrets: [
        { name: 'e', error_state: rejected('secret', held({ name: 'e', brand_new: plant('rejected secret') })) },
      ],
    }),
    section('Ecds', {
      ecds_filters: http.map((filter) => ({ ecds_filter: any('envoy.config.core.v3.TypedExtensionConfig', filter) })),
    }),
    any('vendor.Unknown', { anything: [{ apiKey: plant('unknown type') }, keyBlock('unknown type, a key')] }),
  ],
}
const text = JSON.stringify(dump)

/** Every text that may hold a secret: as printed, and what base64 and hex in it stand for. */
function assertHidden(printed: string, what: string): void {
  const words = printed.match(/[\w+/=-]{12,}/g) ?? []
  const inner = words.flatMap((word) =>
    [Buffer.from(word, 'base64'), Buffer.from(word, 'hex')].map((bytes) => bytes.toString('latin1')),
  )
  const found = [printed, ...inner].flatMap((each) =>
    [...each.matchAll(/CANARY(\d+)X7q/g)].map(([, at]) => planted[Number(at) - 1]),
  )
  assert.deepEqual([...new Set(found)], [], what)
}

const allFormats = outputValues

test('no secret of any field, in any form, is printed, whatever the command and the format', async () => {
  assert.ok(planted.length > 150, `${planted.length} were planted`)
  const commands = ['all', 'certs', ...resourceKinds.map(({ name }) => name)]
  let printed = 0
  for (const name of commands) {
    for (const format of allFormats) {
      const { out, err } = await runProgram([name, '--file', '-', '-o', format], { stdin: text })
      assert.doesNotMatch(err, /defect/, `${name} -o ${format}`)
      assertHidden(out + err, `${name} -o ${format}`)
      if (out !== '') printed++
    }
  }
  assert.ok(printed > commands.length * 4)
})

test('nor by what is made of a dump: traces, policies, differences, drawings, cases', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [own, other, cases] = ['own.json', 'other.json', 'cases.json'].map((name) => join(folder, name))
  assert.ok(own !== undefined && other !== undefined && cases !== undefined)
  writeFileSync(own, text)
  writeFileSync(other, text.replaceAll(/X7q(?=["\\])/g, 'X7qOther'))
  const headers = { cookie: plant('cookie of a case'), 'x-api-key': plant('API key of a case') }
  writeFileSync(
    cases,
    JSON.stringify([{ name: 'a\u{e0041}', request: { url: 'http://v/', headers }, expect: { cluster: 'c' } }]),
  )
  const traced = [
    ...['--address', '10.0.0.9', '--explain', '-H', `authorization=${plant('header of a request')}`],
    ...['-H', `cookie: sid=${plant('cookie of a request')}`],
  ]
  const commands = [
    ...['/', '/m', '/q', '/r', '/d'].map((path) => ['trace', '--file', own, `http://v:80${path}`, ...traced]),
    ['trace', '--file', own, '--requests', cases],
    ['authz', '--file', own],
    ['authz', '--file', own, '--request', 'http://v:80/'],
    ['describe', 'service', 'c', '--file', own],
    ['status', '--file', own],
    ['status', '--file', own, '--control-plane-file', other],
    ['rootca-compare', '--file', own, '--file', other],
    ['routes', '--file', own, '--name', 'none'],
    ['trace', '--file', own, `http://user:${plant('password of a traced URL')}@v/`, ...traced],
  ]
  for (const words of commands) {
    for (const format of [...allFormats, 'unified', 'mermaid', 'dot']) {
      const { out, err } = await runProgram([...words, '-o', format])
      assert.doesNotMatch(err, /defect/, `${words.join(' ')} -o ${format}`)
      assertHidden(out + err, `${words.join(' ')} -o ${format}`)
      if (format === 'jsonl') for (const line of out.trim().split('\n')) if (line !== '') JSON.parse(line)
    }
  }
})

test('nor is one in a capture, and each has a token', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [own, file] = [join(folder, 'own.json'), join(folder, 'made.zip')]
  writeFileSync(own, text)
  const { code, out, err } = await runProgram(['capture', '--file', own, '--to', file])
  assert.equal(code, 0, err)
  assertHidden(out + err, 'what capture prints')
  const zip = await openZip(inMemory(readFileSync(file)), { label: file, maxSize: 1e9 })
  let tokens = 0
  for (const name of zip.names) {
    const captured = Buffer.from((await zip.read(name)) ?? []).toString('utf8')
    assertHidden(captured, name)
    tokens += captured.match(/\[redacted-[0-9a-f]{8}\]/g)?.length ?? 0
  }
  assert.ok(tokens > 150, `${tokens} tokens`)
  const shown = await runProgram(['all', '-o', 'json', 'default/x', '--capture', file])
  assertHidden(shown.out + shown.err, 'what is shown of it')
})

test('a difference between two hidden values is one, and says no more', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [own, other] = [join(folder, 'own.json'), join(folder, 'other.json')]
  const value = /CANARY\d+X7q/.exec(JSON.stringify(added[0]))?.[0] ?? ''
  writeFileSync(own, text)
  writeFileSync(other, text.replaceAll(value, `${value}Other`))
  const same = await runProgram([
    'status',
    '--file',
    own,
    '--control-plane-file',
    own,
    '--type',
    'rds',
    '-o',
    'unified',
    '--exit-code',
  ])
  const { out, code } = await runProgram([
    'status',
    '--file',
    own,
    '--control-plane-file',
    other,
    '--type',
    'rds',
    '-o',
    'unified',
    '--exit-code',
  ])
  assert.equal(same.code, 0)
  assert.equal(code, 1)
  assert.match(out, /^-.*\[redacted\]"/m)
  assert.match(out, /^\+.*\[redacted, differs\]"/m)
})

test('--show-secrets shows credentials in documents, and never a private key', async () => {
  const kept =
    /^(?:private_key|privateKey|pkcs12|session_?ticket_?keys|name of a member|body|endpoints|chain|static secret|rejection|rejected|unknown (?:secret|part|type, a key)|.*JWK)/i
  const seen = new Set<string | undefined>()
  for (const format of ['json', 'yaml', 'raw', 'table', 'jsonl']) {
    const { out, err } = await runProgram(['all', '--file', '-', '-o', format, '--show-secrets'], { stdin: text })
    for (const [, at] of (out + err).matchAll(/CANARY(\d+)X7q/g)) seen.add(planted[Number(at) - 1])
  }
  assert.deepEqual(
    [...seen].filter((where) => kept.test(where ?? '')),
    [],
  )
  for (const where of [
    'added authorization',
    'exact cookie',
    'initial metadata',
    'ENV',
    'access_token as text',
    'generic secret',
  ]) {
    assert.ok(seen.has(where), where)
  }
})
