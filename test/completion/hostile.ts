/** Names that some shell would act on. Whatever runs one of them leaves a file `ran-…` in its working folder. */
export const hostileNames: readonly string[] = [
  (run: string) => `a$(${run})b`,
  (run: string) => `a\`${run}\`b`,
  (run: string) => `$(${run})`,
  (run: string) => `a;${run};b`,
  (run: string) => `a\n${run}\nb`,
  (run: string) => `a\r${run}\rb`,
  (run: string) => `a&${run}&`,
  (run: string) => `a|${run}|b`,
  (run: string) => `a'$(${run})'b`,
  (run: string) => `a';${run};'b`,
  (run: string) => `a"$(${run})"b`,
  (run: string) => `a";${run};"b`,
  (run: string) => `a'"$(${run})"'b`,
  (run: string) => `a\\$(${run})b`,
  (run: string) => `a\\\\$(${run})b`,
  (run: string) => `a$\{x:-$(${run})}b`,
  (run: string) => `a$((x[$(${run})]))b`,
  (run: string) => `a<(${run})b`,
  (run: string) => `a(${run})b`,
  (run: string) => `a=(${run})`,
  (run: string) => `a(e:'${run}':)`,
  (run: string) => `a b;${run}`,
  (run: string) => `a\t$(${run})`,
  (run: string) => `:0\n$(${run})`,
  (run: string) => `_activeHelp_ $(${run})`,
  (run: string) => `\u2018$(${run})\u2019`,
  (run: string) => `-$(${run})`,
].map((name, at) => name(`touch ran-${at}`))

/** Names that are offered, in the spelling that they are offered in; the last is a host that has a URL. */
export const plainNames: Readonly<Record<string, string>> = {
  'outbound|9080|v1|reviews.default.svc.cluster.local': 'outbound_.9080_.v1_.reviews.default.svc.cluster.local',
  'inbound|8080||': 'inbound_.8080_._.',
  'reviews.example': 'reviews.example',
}

const address = { socket_address: { address: '127.0.0.1', port_value: 15001 } }

/** A dump of a proxy of which every name that completion looks up is one of these. */
export function dumpNaming(names: readonly string[]): string {
  const type = (name: string) => `type.googleapis.com/envoy.admin.v3.${name}`
  const virtualHosts = names.map((name) => ({ name, domains: [name], routes: [{ match: { prefix: name } }] }))
  const manager = {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      route_config: { name: 'all', virtual_hosts: virtualHosts },
    },
  }
  return JSON.stringify({
    configs: [
      {
        '@type': type('ClustersConfigDump'),
        dynamic_active_clusters: names.map((name) => ({ cluster: { name, type: 'STATIC' } })),
      },
      {
        '@type': type('ListenersConfigDump'),
        static_listeners: names.map((name) => ({
          listener: { name, address, filter_chains: [{ name, filters: [manager] }] },
        })),
      },
      {
        '@type': type('RoutesConfigDump'),
        static_route_configs: names.map((name) => ({ route_config: { name, virtual_hosts: virtualHosts } })),
      },
      { '@type': type('SecretsConfigDump'), static_secrets: names.map((name) => ({ name, secret: { name } })) },
    ],
  })
}

/** A kubeconfig of which every name is one of these; JSON is YAML. */
export function kubeconfigNaming(names: readonly string[], server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'first',
    contexts: [
      { name: 'first', context: { cluster: 'first', user: 'first' } },
      ...names.map((name) => ({ name, context: { cluster: name, user: name } })),
    ],
    clusters: [{ name: 'first', cluster: { server } }, ...names.map((name) => ({ name, cluster: { server } }))],
    users: [{ name: 'first', user: {} }, ...names.map((name) => ({ name, user: {} }))],
  })
}
