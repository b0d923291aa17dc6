import { trap } from './tripwire.ts'

/** Self-signed; subject and alternative names are markup that calls the trap. No key belongs to it. */
const certificate = `-----BEGIN CERTIFICATE-----
MIICgDCCAiagAwIBAgIUJmTMF+eS4PYLm7/VBa3wiv30NiYwCgYIKoZIzj0EAwIw
cDE5MDcGA1UECgwwPC9zY3JpcHQ+PHNjcmlwdD5yYW5Gcm9tVGV4dCgnc3ViamVj
dCcpPC9zY3JpcHQ+MTMwMQYDVQQDDCo8aW1nIHNyYz14IG9uZXJyb3I9cmFuRnJv
bVRleHQoJ3N1YmplY3QnKT4wIBcNMjYxMTI5MjEzMzI0WhgPMjEyNjExMDUyMTMz
MjRaMHAxOTA3BgNVBAoMMDwvc2NyaXB0PjxzY3JpcHQ+cmFuRnJvbVRleHQoJ3N1
YmplY3QnKTwvc2NyaXB0PjEzMDEGA1UEAwwqPGltZyBzcmM9eCBvbmVycm9yPXJh
bkZyb21UZXh0KCdzdWJqZWN0Jyk+MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
Qu5xrjXhOcFa+UYgJxQYCQ61JI+XxybauokJQYveCoslg64vQnUSJn29l+IFNTyU
OPdPQAMBsuvYRDjgwziPfKOBmzCBmDAdBgNVHQ4EFgQUPdf0CSc5ouvFCbqaqBjx
ev2tu9wwHwYDVR0jBBgwFoAUPdf0CSc5ouvFCbqaqBjxev2tu9wwDwYDVR0TAQH/
BAUwAwEB/zBFBgNVHREEPjA8hi9zcGlmZmU6Ly9hLzxpbWcgc3JjPXggb25lcnJv
cj1yYW5Gcm9tVGV4dChzYW4pPoIJX19wcm90b19fMAoGCCqGSM49BAMCA0gAMEUC
IQDRjci/8Ur4G9fjvlmtVJKsdA4fwIV8tNO5UZjQytfCaAIgCQIOdgUK7OXrAPnL
oNKaZFK+aSj9LKQpubDoGDb/5/4=
-----END CERTIFICATE-----
`

/** What the dump has as secret; none of it may be in a page. */
export const plantedSecret = 'PLANTED-SECRET-0123456789'

const types = 'type.googleapis.com/envoy'
const address = (text: string, port = 80) => ({ socket_address: { address: text, port_value: port } })

/**
 * A dump of a proxy in which every text that Envoy takes from a control plane, a pod or a client is one of these.
 * @param texts what the names, addresses, domains, headers, keys and errors are
 */
export function hostileDump(texts: readonly string[]): string {
  const each = <T>(make: (text: string, index: number) => T) => texts.map(make)
  const [node = ''] = texts
  return JSON.stringify({
    configs: [
      {
        '@type': `${types}.admin.v3.BootstrapConfigDump`,
        bootstrap: {
          node: {
            id: `sidecar~10.0.0.1~${node}~default.svc.cluster.local`,
            cluster: node,
            // A literal would set a prototype in place of a member.
            metadata: Object.fromEntries(each((text) => [text, { [text]: text }])),
            locality: { region: node, zone: node, sub_zone: node },
            user_agent_name: node,
          },
        },
        last_updated: node,
      },
      {
        '@type': `${types}.admin.v3.ClustersConfigDump`,
        version_info: node,
        dynamic_active_clusters: each((text) => ({
          version_info: text,
          last_updated: text,
          cluster: clusterNamed(text),
        })),
        dynamic_warming_clusters: [{ version_info: node, error_state: errorOf(node), cluster: clusterNamed(node) }],
      },
      { '@type': `${types}.admin.v3.EndpointsConfigDump`, dynamic_endpoint_configs: each(endpointsNamed) },
      {
        '@type': `${types}.admin.v3.ListenersConfigDump`,
        version_info: node,
        dynamic_listeners: each((text, index) => ({
          name: text,
          active_state: { version_info: text, last_updated: text, listener: listenerNamed(text, index) },
          error_state: errorOf(text),
        })),
      },
      {
        '@type': `${types}.admin.v3.RoutesConfigDump`,
        // Every text is a virtual host of the first, and has a route configuration of its own.
        dynamic_route_configs: each((text, index) => ({
          version_info: text,
          route_config: routesNamed(text, index === 0 ? texts : [text]),
        })),
      },
      { '@type': `${types}.admin.v3.SecretsConfigDump`, dynamic_active_secrets: each(secretNamed) },
      {
        '@type': `${types}.admin.v3.EcdsConfigDump`,
        ecds_filters: each((text) => ({
          version_info: text,
          ecds_filter: {
            '@type': `${types}.config.core.v3.TypedExtensionConfig`,
            name: text,
            typed_config: { '@type': `type.googleapis.com/${text}`, value: text },
          },
        })),
      },
    ],
  })
}

function errorOf(text: string) {
  return { details: text, version_info: text, last_update_attempt: text }
}

function clusterNamed(name: string) {
  return {
    '@type': `${types}.config.cluster.v3.Cluster`,
    name,
    type: 'EDS',
    alt_stat_name: name,
    eds_cluster_config: { service_name: name },
    lb_policy: name,
    transport_socket: {
      name,
      typed_config: {
        '@type': `${types}.extensions.transport_sockets.tls.v3.UpstreamTlsContext`,
        sni: name,
        common_tls_context: { alpn_protocols: [name], tls_certificate_sds_secret_configs: [{ name }] },
      },
    },
    metadata: { filter_metadata: { istio: { config: name, services: [{ host: name, name, namespace: name }] } } },
  }
}

function endpointsNamed(name: string) {
  return {
    endpoint_config: {
      '@type': `${types}.config.endpoint.v3.ClusterLoadAssignment`,
      cluster_name: name,
      endpoints: [
        {
          locality: { region: name, zone: name, sub_zone: name },
          lb_endpoints: [
            {
              health_status: 'HEALTHY',
              endpoint: { address: address(name), hostname: name },
              metadata: { filter_metadata: { 'envoy.lb': { [name]: name }, istio: { workload: name } } },
            },
            { health_status: name, endpoint: { address: { pipe: { path: name } } } },
          ],
        },
      ],
    },
  }
}

function listenerNamed(name: string, index: number) {
  return {
    '@type': `${types}.config.listener.v3.Listener`,
    name,
    // One of them has an address that requests can be sent to.
    address: index === 0 ? address('0.0.0.0', 15001) : address(name, 1000 + index),
    filter_chains: [
      {
        name,
        filter_chain_match: { server_names: [name], application_protocols: [name] },
        filters: [{ name, typed_config: { '@type': `type.googleapis.com/${name}`, stat_prefix: name } }],
      },
      { name, filters: [manager(name)] },
    ],
    access_log: [{ name, typed_config: { '@type': `type.googleapis.com/${name}`, path: name } }],
    metadata: { filter_metadata: { [name]: { [name]: name } } },
  }
}

function manager(name: string) {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${types}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: name,
      server_name: name,
      rds: { route_config_name: name, config_source: { ads: {} } },
      http_filters: [
        { name, typed_config: { '@type': `type.googleapis.com/${name}` } },
        {
          name: 'envoy.filters.http.router',
          typed_config: { '@type': `${types}.extensions.filters.http.router.v3.Router` },
        },
      ],
    },
  }
}

function routesNamed(name: string, texts: readonly string[]) {
  return {
    '@type': `${types}.config.route.v3.RouteConfiguration`,
    name,
    virtual_hosts: texts.map((text) => ({
      name: text,
      domains: text === '' ? ['*'] : [text, `${text}:80`],
      routes: [
        {
          name: text,
          match: {
            prefix: `/${text}`,
            headers: [{ name: text, string_match: { exact: text } }],
            query_parameters: [{ name: text, string_match: { prefix: text } }],
          },
          route: { cluster: text, host_rewrite_literal: text, prefix_rewrite: text },
          request_headers_to_add: [
            { header: { key: text, value: text } },
            { header: { key: 'authorization', value: `Bearer ${plantedSecret}` } },
          ],
          metadata: { filter_metadata: { istio: { config: text } } },
          typed_per_filter_config: { [text]: { '@type': `type.googleapis.com/${text}` } },
        },
        { match: { path: `/r/${text}` }, redirect: { host_redirect: text, path_redirect: text } },
        { match: { safe_regex: { regex: text } }, route: { cluster_header: text } },
        {
          match: { prefix: '/' },
          route: {
            weighted_clusters: {
              clusters: [
                { name: text, weight: 1 },
                { name: trap, weight: 1 },
              ],
            },
          },
        },
      ],
    })),
  }
}

function secretNamed(name: string) {
  return {
    name,
    version_info: name,
    last_updated: name,
    secret: {
      '@type': `${types}.extensions.transport_sockets.tls.v3.Secret`,
      name,
      tls_certificate: {
        certificate_chain: { inline_string: certificate },
        private_key: { inline_string: `-----BEGIN PRIVATE KEY-----\n${plantedSecret}\n-----END PRIVATE KEY-----\n` },
      },
    },
  }
}
