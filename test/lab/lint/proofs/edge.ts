import type { JsonObject } from '../../../../src/envoy/json.ts'
import { httpFilter, type Parts, type Proof, typed } from '../proof.ts'
import { serverPorts } from '../servers.ts'

const { first } = serverPorts

function edge(
  { cluster, route }: Parts,
  manager: JsonObject,
  more: { filters?: readonly JsonObject[]; routes?: readonly JsonObject[] } = {},
) {
  return { routes: [route('main')], clusters: [cluster('main', [first])], manager, ...more }
}

/** Denies what begins with /admin. */
const closed = httpFilter('rbac', 'rbac.v3.RBAC', {
  rules: {
    action: 'DENY',
    policies: { admin: { permissions: [{ url_path: { path: { prefix: '/admin' } } }], principals: [{ any: true }] } },
  },
})

/** A route that answers with where the client seems to be. */
function seen(): JsonObject[] {
  return [
    {
      match: { prefix: '/' },
      direct_response: { status: 200 },
      response_headers_to_add: [{ header: { key: 'x-seen', value: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%' } }],
    },
  ]
}

const whoAmI: Proof['ask'] = async ({ http }) => {
  const { text, headers } = await http({ headers: { 'x-forwarded-for': '203.0.113.9' } })
  return { text: `${text} from ${String(headers['x-seen'])}`, headers }
}

export const edgeProofs: readonly Proof[] = [
  {
    rule: 'use-remote-address-off',
    isEdge: true,
    defect: (parts) => edge(parts, {}, { routes: seen() }),
    fix: (parts) => edge(parts, { use_remote_address: true }, { routes: seen() }),
    ask: whoAmI,
    symptom: /^200 from 203.0.113.9/,
    cured: /^200 from 127.0.0.1/,
  },
  {
    rule: 'path-not-normalized',
    isEdge: true,
    defect: (parts) => edge(parts, { normalize_path: false }, { filters: [closed] }),
    fix: (parts) => edge(parts, { normalize_path: true }, { filters: [closed] }),
    ask: ({ http }) => http({ path: '/x/../admin' }),
    symptom: /^200/,
    cured: /^403 rbac_access_denied/,
  },
  {
    rule: 'slashes-not-merged',
    isEdge: true,
    defect: (parts) => edge(parts, { normalize_path: true }, { filters: [closed] }),
    fix: (parts) => edge(parts, { normalize_path: true, merge_slashes: true }, { filters: [closed] }),
    ask: ({ http }) => http({ path: '//admin' }),
    symptom: /^200/,
    cured: /^403 rbac_access_denied/,
  },
  {
    rule: 'escaped-slashes-kept',
    isEdge: true,
    defect: (parts) =>
      edge(parts, { normalize_path: true, path_with_escaped_slashes_action: 'KEEP_UNCHANGED' }, { filters: [closed] }),
    fix: (parts) =>
      edge(parts, { normalize_path: true, path_with_escaped_slashes_action: 'REJECT_REQUEST' }, { filters: [closed] }),
    ask: ({ http }) => http({ path: '/x%2f..%2fadmin' }),
    symptom: /^200/,
    cured: /^400/,
  },
  {
    rule: 'underscores-allowed',
    isEdge: true,
    defect: (parts) => edge(parts, {}),
    fix: (parts) =>
      edge(parts, { common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' } }),
    ask: ({ http }) => http({ headers: { x_admin: 'yes' } }),
    symptom: /^200/,
    cured: /^400/,
  },
  {
    rule: 'no-header-timeout',
    isEdge: true,
    defect: (parts) => edge(parts, {}),
    fix: (parts) => edge(parts, { request_headers_timeout: '0.3s' }),
    ask: ({ tcp }) => tcp('GET / HTTP/1.1\r\nhost: a\r\nx-slow: ', 4_000),
    symptom: /^open/,
    cured: /^HTTP\/1.1 408/,
  },
  {
    rule: 'stream-idle-off',
    isEdge: true,
    defect: (parts) => edge(parts, { stream_idle_timeout: '0s' }, { routes: [parts.route('main', { timeout: '0s' })] }),
    fix: (parts) => edge(parts, { stream_idle_timeout: '0.2s' }, { routes: [parts.route('main', { timeout: '0s' })] }),
    ask: ({ http }) => http({ path: '/slow' }),
    symptom: /^200/,
    cured: /^504 SI/,
  },
  {
    rule: 'server-header-leak',
    isEdge: true,
    defect: (parts) => edge(parts, {}),
    fix: (parts) => edge(parts, { server_header_transformation: 'PASS_THROUGH' }),
    async ask({ http }) {
      const { headers } = await http()
      return { text: `server: ${String(headers.server)}`, headers }
    },
    symptom: /^server: envoy/,
    cured: /^server: undefined/,
  },
  {
    rule: 'proxy-protocol-open',
    isEdge: true,
    defect: (parts) => ({
      ...edge(parts, { use_remote_address: true }, { routes: seen() }),
      listener: proxyProtocol(true),
    }),
    fix: (parts) => ({
      ...edge(parts, { use_remote_address: true }, { routes: seen() }),
      listener: proxyProtocol(false),
    }),
    // Whoever connects may say that it is somebody else, or say nothing.
    ask: ({ http }) => http(),
    symptom: /^200/,
    cured: /^(?:ECONNRESET|socket)/,
  },
]

function proxyProtocol(isOpen: boolean): JsonObject {
  const config = typed('extensions.filters.listener.proxy_protocol.v3.ProxyProtocol', {
    allow_requests_without_proxy_protocol: isOpen,
  })
  return { listener_filters: [{ name: 'pp', typed_config: config }] }
}
