import type { JsonObject } from '../../../../src/envoy/json.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'
import { chain, type dumpOf, filter, get, httpManager, listener, staticCluster, typed } from '../dump-of.ts'

const reviews = (port: number, subset: string) => `outbound|${port}|${subset}|reviews.default.svc.cluster.local`

export function web(routes: JsonObject[], fields: JsonObject = {}): JsonObject {
  const virtual_hosts = [{ name: 'shop', domains: ['shop'], routes }]
  const manager = httpManager({ route_config: { name: 'rc', virtual_hosts }, ...fields })
  return listener('web', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })
}

function tlsChain(cluster: string, context: JsonObject = {}): JsonObject {
  const typed_config = typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', context)
  return { ...chain(cluster), transport_socket: { name: 'tls', typed_config } }
}

interface Failure {
  readonly parts: Parameters<typeof dumpOf>[0]
  readonly request?: Partial<TraceRequest>
  readonly kind: string
  readonly reason: RegExp
  readonly advice: RegExp
}

export const to = (cluster: string): JsonObject => ({ match: { prefix: '/' }, route: { cluster } })

const inspector = filter('tls', 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector')

export const rbac = (action: string, policies: JsonObject): JsonObject =>
  filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules: { action, policies } })

export const anyone = { permissions: [{ any: true }], principals: [{ any: true }] }

const denying = rbac('DENY', { 'ns[shop]-policy[no-admin]-rule[0]': anyone })

const allowingNobody = rbac('ALLOW', {})

export const router = filter('router', 'envoy.extensions.filters.http.router.v3.Router', {})

const byLabel = {
  ...staticCluster('labelled', '1.1.1.1:1'),
  lb_subset_config: { subset_selectors: [{ keys: ['version'] }] },
}

export const failures: Readonly<Record<string, Failure>> = {
  'no listener, of a gateway': {
    parts: { listeners: [web([]), listener('other', '0.0.0.0', 8443, {})] },
    request: { destination: { address: '10.0.0.1', port: 9 } },
    kind: 'noListener',
    reason: /no listener accepts 10\.0\.0\.1:9; something listens on 80, 8443$/,
    advice: /A gateway needs a Gateway with a server for the port/,
  },
  'a backend that cannot be resolved': {
    parts: { listeners: [web([to('UnknownService')])] },
    request: get('shop'),
    kind: 'noCluster',
    reason: /cluster UnknownService does not exist$/,
    advice: /backendRef of the HTTPRoute cannot be used: .*ResolvedRefs.*ReferenceGrant/,
  },
  'no listener but one that a redirect would reach': {
    parts: { listeners: [{ ...web([]), bind_to_port: false }] },
    kind: 'noListener',
    reason: /does not bind to its port and is only reached by a redirect$/,
    advice: /without it, is the pod injected/,
  },
  'server name not matched': {
    parts: {
      listeners: [
        listener('L', '0.0.0.0', 80, {
          listener_filters: [inspector],
          filter_chains: [
            chain('a', { server_names: ['a.test'] }),
            chain('b', { server_names: ['*.b.test', 'a.test'] }),
          ],
        }),
      ],
    },
    request: { tls: { sni: 'c.test' } },
    kind: 'noFilterChain',
    reason: /none matches server name c\.test; there are a\.test, \*\.b\.test$/,
    advice: /^Send the SNI of a chain/,
  },
  'plaintext to a listener all of whose chains want TLS': {
    parts: {
      listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [chain('a', { transport_protocol: 'tls' })] })],
    },
    kind: 'noFilterChain',
    reason: /none matches transport protocol raw_buffer$/,
    advice: /^Plaintext was sent to a port that only accepts TLS: .* Istio: PeerAuthentication STRICT/,
  },
  'another criterion not matched': {
    parts: {
      listeners: [
        listener('L', '0.0.0.0', 80, {
          listener_filters: [inspector],
          filter_chains: [chain('a', { transport_protocol: 'tls', application_protocols: ['istio'] })],
        }),
      ],
    },
    request: { tls: { sni: 'a.test', alpn: ['h2'] } },
    kind: 'noFilterChain',
    reason: /none matches application protocol h2$/,
    advice: /^Compare ALPN, addresses and TLS/,
  },
  'no listener as long as clusters warm': {
    parts: { warming: [staticCluster('a'), staticCluster('b')] },
    kind: 'noListener',
    reason: /Envoy has no listener yet: 2 of its clusters are still warming$/,
    advice: /^Envoy binds listeners when its clusters have what they wait for/,
  },
  'a policy that denies': {
    parts: { listeners: [web([to('a')], { http_filters: [denying, router] })], clusters: [staticCluster('a')] },
    request: get('shop'),
    kind: 'denied',
    reason: /policy ns\[shop\]-policy\[no-admin\]-rule\[0\] denies it$/,
    advice: /^AuthorizationPolicy no-admin of namespace shop denies it: kubectl proxy-config authz/,
  },
  'a certificate that has not come': {
    parts: {
      listeners: [
        listener('L', '0.0.0.0', 80, {
          filter_chains: [
            tlsChain('a', {
              common_tls_context: {
                tls_certificate_sds_secret_configs: [{ name: 'kubernetes://shop-cert', sds_config: { ads: {} } }],
              },
            }),
          ],
        }),
      ],
      secrets: [{ name: 'kubernetes://shop-cert', secret: { name: 'kubernetes://shop-cert' } }],
    },
    request: { tls: { sni: 'shop', alpn: [] } },
    kind: 'denied',
    reason: /^secret kubernetes:\/\/shop-cert of the filter chain is still warming$/,
    advice: /^Does that Secret exist .*kubectl proxy-config secrets/,
  },
  'no policy that allows': {
    parts: { listeners: [web([to('a')], { http_filters: [allowingNobody, router] })], clusters: [staticCluster('a')] },
    request: get('shop'),
    kind: 'denied',
    reason: /no ALLOW policy matches$/,
    advice: /^Once a workload has an ALLOW policy, what none of them allows is denied: kubectl proxy-config authz/,
  },
  '404 without a virtual host': {
    parts: { listeners: [web([to('a')])] },
    request: get('other'),
    kind: 'noRoute',
    reason: /no virtual host of rc has a domain for other/,
    advice: /Compare Host and port with the domains/,
  },
  '404 without a route': {
    parts: { listeners: [web([{ match: { path: '/only' }, route: { cluster: 'a' } }])] },
    request: get('shop', '/x'),
    kind: 'noRoute',
    reason: /no route of virtual host shop matches the request/,
    advice: /Compare path, method and headers/,
  },
  'a subset that no DestinationRule has': {
    parts: {
      listeners: [web([to(reviews(80, 'v9'))])],
      clusters: [staticCluster(reviews(80, 'v1')), staticCluster(reviews(80, '')), staticCluster(reviews(81, 'v9'))],
    },
    request: get('shop'),
    kind: 'noCluster',
    reason: /v9\|\S+ does not exist; other subsets of reviews.default.svc.cluster.local:80 are v1, \(none\)$/,
    advice: /names a subset that is not defined. Istio: No DestinationRule has the subset/,
  },
  'a port that the service does not have': {
    parts: { listeners: [web([to(reviews(82, ''))])], clusters: [staticCluster(reviews(81, ''))] },
    request: get('shop'),
    kind: 'noCluster',
    reason: /does not exist; other ports of reviews.default.svc.cluster.local are 81$/,
    advice: /do service and port exist/,
  },
  'a service that the proxy does not have': {
    parts: { listeners: [web([to('gone')])] },
    request: get('shop'),
    kind: 'noCluster',
    reason: /^cluster gone does not exist$/,
    advice: /Does a Sidecar or exportTo hide the Service/,
  },
  'a subset without pods': {
    parts: { listeners: [web([to(reviews(80, 'v2'))])], clusters: [staticCluster(reviews(80, 'v2'))] },
    request: get('shop'),
    kind: 'noHealthyUpstream',
    reason: /has no endpoints/,
    advice: /^No pod has the labels of subset v2/,
  },
  'a service without pods': {
    parts: { listeners: [web([to('a')])], clusters: [staticCluster('a')] },
    request: get('shop'),
    kind: 'noHealthyUpstream',
    reason: /has no endpoints/,
    advice: /^Does the Service select running pods/,
  },
  'a name that does not resolve': {
    parts: { listeners: [web([to('a')])], clusters: [{ ...staticCluster('a'), type: 'STRICT_DNS' }] },
    request: get('shop'),
    kind: 'noHealthyUpstream',
    reason: /has no endpoints/,
    advice: /does it resolve in the pod/,
  },
  'unhealthy endpoints only': {
    parts: {
      listeners: [web([to('a')])],
      clusters: [
        {
          name: 'a',
          common_lb_config: { healthy_panic_threshold: {} },
          load_assignment: {
            endpoints: [
              {
                lb_endpoints: [
                  {
                    endpoint: { address: { socket_address: { address: '1.1.1.1', port_value: 1 } } },
                    health_status: 'UNHEALTHY',
                  },
                ],
              },
            ],
          },
        },
      ],
    },
    request: get('shop'),
    kind: 'noHealthyUpstream',
    reason: /its only endpoint is not healthy/,
    advice: /did outlier detection eject them/,
  },
  'an empty metadata subset': {
    parts: {
      listeners: [
        web([
          {
            match: { prefix: '/' },
            route: { cluster: 'labelled', metadata_match: { filter_metadata: { 'envoy.lb': { version: '9' } } } },
          },
        ]),
      ],
      clusters: [byLabel],
    },
    request: get('shop'),
    kind: 'noHealthyUpstream',
    reason: /subset version=9 is empty and there is no fallback/,
    advice: /compare the subset selectors/,
  },
  'hosts that the mesh does not let out': {
    parts: {
      listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [chain('BlackHoleCluster')] })],
      clusters: [staticCluster('BlackHoleCluster')],
    },
    kind: 'noHealthyUpstream',
    reason: /BlackHoleCluster/,
    advice: /REGISTRY_ONLY/,
  },
  'plaintext where TLS is needed': {
    parts: {
      listeners: [
        listener('L', '0.0.0.0', 80, {
          filter_chains: [tlsChain('a')],
        }),
      ],
    },
    kind: 'denied',
    reason: /expects TLS and the client sends plaintext/,
    advice: /^Send TLS/,
  },
}
