const section = (type: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.admin.v3.${type}`, ...fields })

/** The dump of a proxy that knows these clusters, and nothing else. */
export function dumpOf(...clusters: readonly string[]): string {
  return JSON.stringify({
    configs: [
      section('BootstrapConfigDump', { bootstrap: { node: { id: 'test' } } }),
      section('ClustersConfigDump', {
        dynamic_active_clusters: clusters.map((name) => ({ cluster: { name, type: 'EDS', connect_timeout: '5s' } })),
      }),
      section('ListenersConfigDump', { dynamic_listeners: [] }),
    ],
  })
}
