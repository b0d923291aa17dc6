import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isObject, type Json } from '../../src/envoy/json.ts'
import { toCamelCase, toPlainNames, toSnakeCase } from '../../src/envoy/proto-json/proto-json.ts'
import { leadOf, stateOf } from '../../src/envoy/proto-json/proto-schema.ts'

interface Case {
  readonly title: string
  readonly type: string
  readonly snake: Json
  readonly camel: Json
}

const any = (type: string, rest: { [key: string]: Json }): Json => ({ '@type': `type.googleapis.com/${type}`, ...rest })

const cases: readonly Case[] = [
  {
    title: 'field names change, values do not',
    type: 'envoy.config.cluster.v3.Cluster',
    snake: {
      alt_stat_name: 'a_b',
      load_assignment: { endpoints: [{ lb_endpoints: [{ health_status: 'DRAINING' }] }] },
    },
    camel: { altStatName: 'a_b', loadAssignment: { endpoints: [{ lbEndpoints: [{ healthStatus: 'DRAINING' }] }] } },
  },
  {
    title: 'names with digits follow protobuf, not the plain rule',
    type: 'envoy.config.cluster.v3.Cluster',
    snake: { outlier_detection: { consecutive_5xx: 5 }, http2_protocol_options: {} },
    camel: { outlierDetection: { consecutive5xx: 5 }, http2ProtocolOptions: {} },
  },
  {
    title: 'map keys are data, the messages in the map are not',
    type: 'envoy.config.cluster.v3.Cluster',
    snake: {
      typed_extension_protocol_options: { my_key: any('envoy.config.cluster.v3.Cluster', { eds_cluster_config: {} }) },
    },
    camel: {
      typedExtensionProtocolOptions: { my_key: any('envoy.config.cluster.v3.Cluster', { edsClusterConfig: {} }) },
    },
  },
  {
    title: 'a Struct is data all the way down, also where it holds "@type"',
    type: 'envoy.config.core.v3.Metadata',
    snake: {
      filter_metadata: {
        some_filter: { a_b: [{ c_d: 1, eF: any('envoy.config.core.v3.Node', { user_agent_name: '' }) }] },
      },
    },
    camel: {
      filterMetadata: {
        some_filter: { a_b: [{ c_d: 1, eF: any('envoy.config.core.v3.Node', { user_agent_name: '' }) }] },
      },
    },
  },
  {
    title: 'metadata is a Struct in Node and a message in Route',
    type: 'envoy.admin.v3.ConfigDump',
    snake: {
      configs: [
        any('envoy.admin.v3.BootstrapConfigDump', {
          bootstrap: { node: { metadata: { filter_metadata: 1 } } },
          last_updated: '',
        }),
        any('envoy.config.route.v3.Route', { metadata: { filter_metadata: { a_b: {} } } }),
      ],
    },
    camel: {
      configs: [
        any('envoy.admin.v3.BootstrapConfigDump', {
          bootstrap: { node: { metadata: { filter_metadata: 1 } } },
          lastUpdated: '',
        }),
        any('envoy.config.route.v3.Route', { metadata: { filterMetadata: { a_b: {} } } }),
      ],
    },
  },
  {
    title: 'policies is a map in RBAC and a list in a load balancing policy',
    type: 'envoy.admin.v3.ConfigDump',
    snake: {
      configs: [
        any('envoy.config.rbac.v3.RBAC', { policies: { my_policy: { permissions: [{ and_rules: { rules: [] } }] } } }),
        any('envoy.config.cluster.v3.LoadBalancingPolicy', {
          policies: [{ typed_extension_config: { typed_config: {} } }],
        }),
      ],
    },
    camel: {
      configs: [
        any('envoy.config.rbac.v3.RBAC', { policies: { my_policy: { permissions: [{ andRules: { rules: [] } }] } } }),
        any('envoy.config.cluster.v3.LoadBalancingPolicy', {
          policies: [{ typedExtensionConfig: { typedConfig: {} } }],
        }),
      ],
    },
  },
  {
    title: 'an Any of Struct and a TypedStruct hold data in `value`',
    type: 'envoy.config.listener.v3.Filter',
    snake: {
      typed_config: any('xds.type.v3.TypedStruct', {
        type_url: 'envoy.config.core.v3.Node',
        value: { user_agent_name: 1 },
      }),
      config_discovery: { default_config: any('google.protobuf.Struct', { value: { a_b: 1 } }) },
    },
    camel: {
      typedConfig: any('xds.type.v3.TypedStruct', {
        typeUrl: 'envoy.config.core.v3.Node',
        value: { user_agent_name: 1 },
      }),
      configDiscovery: { defaultConfig: any('google.protobuf.Struct', { value: { a_b: 1 } }) },
    },
  },
  {
    title: 'v2: `config` of a filter is a Struct',
    type: 'envoy.api.v2.Listener',
    snake: { filter_chains: [{ filters: [{ config: { stat_prefix: '' } }], tls_context: { require_sni: true } }] },
    camel: { filterChains: [{ filters: [{ config: { stat_prefix: '' } }], tlsContext: { requireSni: true } }] },
  },
  {
    title: 'v2 resources inline in a section, as Envoy printed them before 1.13',
    type: 'envoy.admin.v2alpha.ListenersConfigDump',
    snake: { dynamic_active_listeners: [{ listener: { filter_chains: [{ filters: [{ config: { a_b: 1 } }] }] } }] },
    camel: { dynamicActiveListeners: [{ listener: { filterChains: [{ filters: [{ config: { a_b: 1 } }] }] } }] },
  },
  {
    title: 'a v2 field in an upgraded v3 message keeps its meaning',
    type: 'envoy.config.listener.v3.Listener',
    snake: { filter_chains: [{ filters: [{ hidden_envoy_deprecated_config: { a_b: 1 } }] }] },
    camel: { filterChains: [{ filters: [{ hiddenEnvoyDeprecatedConfig: { a_b: 1 } }] }] },
  },
  {
    title: 'clusters?format=json',
    type: 'envoy.admin.v3.Clusters',
    snake: {
      cluster_statuses: [
        { host_statuses: [{ stats: [{ name: 'cx_total' }], health_status: { eds_health_status: 'HEALTHY' } }] },
      ],
    },
    camel: {
      clusterStatuses: [
        { hostStatuses: [{ stats: [{ name: 'cx_total' }], healthStatus: { edsHealthStatus: 'HEALTHY' } }] },
      ],
    },
  },
  {
    title: 'a message nobody knows: names mean what they mean elsewhere, ambiguous ones keep their subtree',
    type: 'acme.Unknown',
    snake: {
      some_field: { source_codes: { my_code: { inline_string: '' } } },
      config: { a_b: { c_d: 1 } },
      'x-y_z': 1,
      A_b: 1,
    },
    camel: {
      someField: { sourceCodes: { my_code: { inlineString: '' } } },
      config: { a_b: { c_d: 1 } },
      'x-y_z': 1,
      A_b: 1,
    },
  },
  {
    title: 'an ambiguous name leads on where its value names its type',
    type: 'acme.Unknown',
    snake: { config: any('envoy.config.cluster.v3.Cluster', { lb_policy: 'MAGLEV' }) },
    camel: { config: any('envoy.config.cluster.v3.Cluster', { lbPolicy: 'MAGLEV' }) },
  },
  {
    title: 'the dimensions of an Istio metric are data',
    type: 'stats.PluginConfig',
    snake: { metrics: [{ tags_to_remove: ['a_b'], dimensions: { my_dimension: 'x' } }] },
    camel: { metrics: [{ tagsToRemove: ['a_b'], dimensions: { my_dimension: 'x' } }] },
  },
]

for (const { title, type, snake, camel } of cases) {
  test(title, () => {
    assert.deepEqual(toCamelCase(snake, type), camel)
    assert.deepEqual(toSnakeCase(camel, type), snake)
    assert.equal(toSnakeCase(snake, type), snake, 'nothing is copied when nothing changes')
    assert.equal(toCamelCase(camel, type), camel, 'nothing is copied when nothing changes')
  })
}

test('a Struct by itself is data', () => {
  const struct = { a_b: { cD: 1 } }
  for (const convert of [toCamelCase, toSnakeCase]) assert.equal(convert(struct, 'google.protobuf.Struct'), struct)
})

test('mixed input becomes one case', () => {
  const mixed = { filterChains: [{ transport_socket: {} }], use_original_dst: true }
  assert.deepEqual(toSnakeCase(mixed, 'envoy.config.listener.v3.Listener'), {
    filter_chains: [{ transport_socket: {} }],
    use_original_dst: true,
  })
})

test('a v2 field that an upgraded v3 message hides has its plain name and meaning, in either case', () => {
  const plain = { filter_chains: [{ filters: [{ config: { a_b: 1 } }] }], use_original_dst: true }
  for (const hidden of [
    {
      filter_chains: [{ filters: [{ hidden_envoy_deprecated_config: { a_b: 1 } }] }],
      hidden_envoy_deprecated_use_original_dst: true,
    },
    {
      filterChains: [{ filters: [{ hiddenEnvoyDeprecatedConfig: { a_b: 1 } }] }],
      hiddenEnvoyDeprecatedUseOriginalDst: true,
    },
  ])
    assert.deepEqual(toPlainNames(hidden, 'envoy.config.listener.v3.Listener'), plain)
  const cluster = 'envoy.config.cluster.v3.Cluster'
  assert.deepEqual(toPlainNames({ lb_policy: 'hidden_envoy_deprecated_ORIGINAL_DST_LB' }, cluster), {
    lb_policy: 'ORIGINAL_DST_LB',
  })
  const taken = { hidden_envoy_deprecated_hosts: [1], hosts: [2] }
  assert.deepEqual(toPlainNames(taken, cluster), taken, 'both are kept')
  const unknown = { hidden_envoy_deprecated_nothing: 1, metadata: { hidden_envoy_deprecated_hosts: 1 } }
  assert.deepEqual(toPlainNames(unknown, 'envoy.config.core.v3.Node'), unknown, 'no field of the API, or data')
})

test('every field that v2 had and v3 lacks is known by its old name', () => {
  // https://www.envoyproxy.io/docs/envoy/v1.17.0/configuration/best_practices/level_two: removed with API v2.
  const fields = [
    ...['tls_context', 'hosts', 'use_original_dst', 'extension_protocol_options', 'drain_connections_on_host_removal'],
    ...['config', 'per_filter_config', 'request_mirror_policy', 'host_rewrite', 'auto_host_rewrite_header'],
    ...['allow_origin', 'allow_origin_regex', 'enabled', 'runtime_key', 'regex', 'regex_match', 'pattern', 'method'],
    ...['verify_subject_alt_name', 'disable_overprovisioning', 'operation_name', 'idle_timeout', 'deprecated_v1'],
    ...['build_version', 'source_ip', 'use_http2', 'runtime'],
  ]
  for (const field of fields)
    assert.deepEqual(toPlainNames({ [`hidden_envoy_deprecated_${field}`]: 1 }, 'envoy.config.route.v3.Route'), {
      [field]: 1,
    })
})

test('two spellings of one field are both kept', () => {
  const both = { route_config: { name: 'a' }, routeConfig: { name: 'b' } }
  for (const convert of [toCamelCase, toSnakeCase]) assert.deepEqual(convert(both, 'acme.Unknown'), both)
})

test('__proto__ is a key like any other', () => {
  const text = '{"a_b":1,"__proto__":{"c_d":{"__proto__":2}},"e_f":{"__proto__":null}}'
  const camel = toCamelCase(JSON.parse(text), 'acme.Unknown')
  assert.equal(JSON.stringify(camel), '{"aB":1,"__proto__":{"cD":{"__proto__":2}},"eF":{"__proto__":null}}')
  assert.equal(JSON.stringify(toSnakeCase(camel, 'acme.Unknown')), text)
})

test('key order stays', () => {
  const camel = toCamelCase({ z_z: 1, a: 2, b_b: 3 }, 'acme.Unknown')
  assert.deepEqual(Object.keys(isObject(camel) ? camel : {}), ['zZ', 'a', 'bB'])
})

test('100,000 levels of objects and lists are no problem', () => {
  const levels = 100_000
  const deep = JSON.parse(`${'{"k":0,"a_b":['.repeat(levels)}1${']}'.repeat(levels)}`)
  let camel = toCamelCase(deep, 'acme.Unknown')
  let snake = toSnakeCase(camel, 'acme.Unknown')
  for (let level = 0; level < levels; level++) {
    assert.ok(isObject(camel) && Array.isArray(camel.aB) && camel.k === 0 && Object.keys(camel).length === 2)
    assert.ok(isObject(snake) && Array.isArray(snake.a_b) && snake.k === 0 && Object.keys(snake).length === 2)
    camel = camel.aB[0] ?? null
    snake = snake.a_b[0] ?? null
  }
  assert.deepEqual([camel, snake], [1, 1])
})

test('the generated table knows the fields that always hold data', () => {
  const data = [
    'context_extensions',
    'filter_metadata',
    'json_format',
    'key_values',
    'per_filter_config',
    'static_layer',
  ]
  for (const name of data) assert.equal(leadOf(stateOf('acme.Unknown'), name).kind, 'data', name)
  const maps = ['source_codes', 'typed_extension_protocol_options', 'typed_filter_metadata', 'typed_per_filter_config']
  for (const name of maps) assert.equal(leadOf(stateOf('acme.Unknown'), name).kind, 'map', name)
  for (const name of ['config', 'headers', 'match', 'metadata', 'policies', 'value']) {
    assert.equal(leadOf(stateOf('acme.Unknown'), name).kind, 'doubt', name)
  }
})

test('random trees convert there and back', () => {
  const random = generator(20260801)
  for (let round = 0; round < 2000; round++) {
    const type = pick(types, random)
    const tree = randomTree(6, random)
    const text = JSON.stringify(tree)
    const camel = toCamelCase(tree, type)
    assert.equal(JSON.stringify(toSnakeCase(camel, type)), text)
    assert.equal(toSnakeCase(tree, type), tree)
    assert.equal(toCamelCase(camel, type), camel)
    assert.equal(JSON.stringify(tree), text, 'the input is not written to')
  }
})

const types = [
  'envoy.admin.v3.ConfigDump',
  'envoy.config.bootstrap.v3.Bootstrap',
  'envoy.config.route.v3.RouteConfiguration',
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  'google.protobuf.Struct',
  'acme.Unknown',
]

const names = [
  ...['typed_config', 'config', 'metadata', 'filter_metadata', 'value', 'match', 'policies', 'headers', 'route_config'],
  ...[
    'virtual_hosts',
    'typed_per_filter_config',
    'consecutive_5xx',
    'map',
    'name',
    'x-y',
    'A_B',
    'a_1',
    '_x',
    'x_',
    '__proto__',
  ],
]

function randomTree(depth: number, random: () => number): Json {
  const kind = depth === 0 ? 0 : Math.floor(random() * 4)
  if (kind === 0) return pick([null, true, 0, '', 'a_b', 'aB'], random)
  if (kind === 1) return Array.from({ length: Math.floor(random() * 4) }, () => randomTree(depth - 1, random))
  const entries: [string, Json][] = random() < 0.2 ? [['@type', `x/${pick(types, random)}`]] : []
  for (let count = Math.floor(random() * 5); count > 0; count--) {
    const name = random() < 0.7 ? pick(names, random) : `f_${Math.floor(random() * 1e6).toString(36)}`
    entries.push([name, randomTree(depth - 1, random)])
  }
  return Object.fromEntries(entries)
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T
}

/** Mulberry32: the same trees in every run. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
