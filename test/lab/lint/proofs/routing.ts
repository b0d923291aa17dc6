import type { JsonObject } from '../../../../src/envoy/json.ts'
import { httpFilter, type Parts, type Proof, typed } from '../proof.ts'
import type { Question } from '../question.ts'
import { serverPorts } from '../servers.ts'
import { discovered } from './discovered.ts'

const { first, second } = serverPorts

/** A cluster of two servers, and routes to it. */
function two({ cluster }: Parts, routes: readonly JsonObject[], more: JsonObject = {}) {
  return { routes, clusters: [cluster('main', [first, second], more)] }
}

/** How many of the two servers answer requests of one client. One of two picked at random is alone after 40 requests once in 10^12. */
async function servers({ http }: Question) {
  const names = new Set<unknown>()
  for (let count = 0; count < 40 && names.size < 2; count++)
    names.add((await http({ headers: { 'x-user': 'jason' } })).headers['x-server'])
  return { text: `${names.size} of 2 servers`, headers: {} }
}

const hash = { hash_policy: [{ header: { header_name: 'x-user' } }] }
const v9 = { metadata_match: { filter_metadata: { 'envoy.lb': { version: 'v9' } } } }
const fault = (percent: number): JsonObject =>
  httpFilter('fault', 'fault.v3.HTTPFault', { abort: { http_status: 503, percentage: { numerator: percent } } })

/** The server of the second port is of version v9. */
function labelled({ name }: Parts): JsonObject {
  const endpoint = (port: number, version: string) => ({
    endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
    metadata: { filter_metadata: { 'envoy.lb': { version } } },
  })
  return {
    load_assignment: {
      cluster_name: name('main'),
      endpoints: [{ lb_endpoints: [endpoint(first, 'v1'), endpoint(second, 'v9')] }],
    },
  }
}

const subsets: JsonObject = {
  lb_subset_config: { fallback_policy: 'NO_FALLBACK', subset_selectors: [{ keys: ['version'] }] },
}

export const routingProofs: readonly Proof[] = [
  {
    rule: 'fault-injection-left-on',
    defect: (parts) => ({ ...two(parts, [parts.route('main')]), filters: [fault(100)] }),
    fix: (parts) => ({ ...two(parts, [parts.route('main')]), filters: [fault(0)] }),
    symptom: /^503 FI fault_filter_abort/,
    cured: /^200/,
  },
  {
    rule: 'hash-lb-without-key',
    defect: (parts) => two(parts, [parts.route('main')], { lb_policy: 'MAGLEV' }),
    fix: (parts) => two(parts, [parts.route('main', hash)], { lb_policy: 'MAGLEV' }),
    ask: servers,
    symptom: /^2 of 2 servers/,
    cured: /^1 of 2 servers/,
  },
  {
    rule: 'hash-policy-ineffective',
    defect: (parts) => two(parts, [parts.route('main', hash)]),
    fix: (parts) => two(parts, [parts.route('main', hash)], { lb_policy: 'RING_HASH' }),
    ask: servers,
    symptom: /^2 of 2 servers/,
    cured: /^1 of 2 servers/,
  },
  {
    rule: 'metadata-match-without-subsets',
    defect: (parts) => two(parts, [parts.route('main', v9)], labelled(parts)),
    fix: (parts) => two(parts, [parts.route('main', v9)], { ...labelled(parts), ...subsets }),
    ask: servers,
    symptom: /^2 of 2 servers/,
    cured: /^1 of 2 servers/,
  },
  {
    rule: 'subset-without-hosts',
    defect: (parts) => two(parts, [parts.route('main', v9)], subsets),
    fix: (parts) => two(parts, [parts.route('main', v9)], { ...labelled(parts), ...subsets }),
    symptom: /^503 UH no_healthy_upstream/,
    cured: /^200/,
  },
  {
    rule: 'redirect-to-itself',
    defect: (parts) => two(parts, [{ match: { prefix: '/' }, redirect: { response_code: 'FOUND' } }]),
    fix: (parts) =>
      two(parts, [
        { match: { path: '/' }, redirect: { path_redirect: '/home', response_code: 'FOUND' } },
        parts.route('main'),
      ]),
    async ask({ http }) {
      const asked = { path: '/cart' }
      const { text, headers } = await http(asked)
      return { text: `${text} ${String(headers.location ?? '')}`.trim(), headers }
    },
    symptom: /^302 http:\/\/shop.example.com\/cart/,
    cured: /^200/,
  },
  {
    rule: 'shadowed-route',
    defect: (parts) =>
      two(parts, [parts.route('main'), { match: { prefix: '/checkout' }, direct_response: { status: 204 } }]),
    fix: (parts) =>
      two(parts, [{ match: { prefix: '/checkout' }, direct_response: { status: 204 } }, parts.route('main')]),
    ask: ({ http }) => http({ path: '/checkout' }),
    symptom: /^200/,
    cured: /^204/,
  },
  {
    rule: 'vhost-cannot-match',
    defect: (parts) => ({ ...two(parts, [parts.route('main')]), virtualHost: { domains: ['a.*.example.com'] } }),
    fix: (parts) => ({ ...two(parts, [parts.route('main')]), virtualHost: { domains: ['*.example.com'] } }),
    ask: ({ http }) => http({ host: 'a.b.example.com' }),
    symptom: /^404 NR route_not_found/,
    cured: /^200/,
  },
  {
    rule: 'srds-key-without-routes',
    defect: (parts) => scoped(parts, 'gone'),
    fix: (parts) => two(parts, [parts.route('main')]),
    symptom: /^404 NR/,
    cured: /^200/,
  },
]

function scoped(parts: Parts, table: string) {
  const key = { fragments: [{ string_key: 'srds-key-without-routes' }] }
  const scope = typed('config.route.v3.ScopedRouteConfiguration', { name: 'a', route_configuration_name: table, key })
  return {
    ...two(parts, []),
    manager: {
      scoped_routes: {
        name: 'scopes',
        scope_key_builder: { fragments: [{ header_value_extractor: { name: 'x-case', index: 0 } }] },
        rds_config_source: discovered(parts.folder, 'scoped-rds.json', []),
        scoped_rds: { scoped_rds_config_source: discovered(parts.folder, 'srds.json', [scope]) },
      },
    },
  }
}
