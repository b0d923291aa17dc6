import { fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import { messageRegistry } from '../../../src/envoy/protobuf/message-registry.ts'
import { type Snapshot, urls } from './fake-ads-server.ts'

/** Resources of each type, as protobuf-JSON. */
type Written = Partial<Readonly<Record<keyof typeof urls, readonly object[]>>>

/** A snapshot of a control plane, in which every type has this version. */
export function snapshotOf(written: Written, version = '1'): Snapshot {
  return new Map(
    Object.entries(urls).map(([kind, url]) => {
      const resources = written[kind as keyof typeof urls] ?? []
      return [url, { version, resources: new Map(resources.map((each) => [nameOf(each), encoded(url, each)])) }]
    }),
  )
}

export function encoded(url: string, resource: object): Uint8Array {
  const registry = messageRegistry()
  const schema = registry.getMessage(url.slice(url.lastIndexOf('/') + 1))
  if (schema === undefined) throw new Error(`${url} is not described`)
  return toBinary(schema, fromJson(schema, resource as JsonValue, { registry }))
}

function nameOf(resource: object): string {
  const { name, cluster_name } = resource as { name?: string; cluster_name?: string }
  return name ?? cluster_name ?? ''
}

const ads = { ads: {}, resource_api_version: 'V3' }

/** A proxy with two clusters, one with endpoints that are discovered, and a listener whose routes are. */
export const shop = {
  clusters: [
    {
      name: 'api',
      type: 'EDS',
      connect_timeout: '1s',
      eds_cluster_config: { eds_config: ads, service_name: 'shop/api' },
    },
    { name: 'fixed', type: 'STATIC', connect_timeout: '1s' },
  ],
  endpoints: [
    {
      cluster_name: 'shop/api',
      endpoints: [
        {
          lb_endpoints: [{ endpoint: { address: { socket_address: { address: '10.0.0.1', port_value: 8080 } } } }],
        },
      ],
    },
  ],
  listeners: [
    {
      name: 'web',
      address: { socket_address: { address: '0.0.0.0', port_value: 10080 } },
      filter_chains: [
        {
          filters: [
            {
              name: 'http',
              typed_config: {
                '@type':
                  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                stat_prefix: 'web',
                rds: { route_config_name: 'web', config_source: ads },
              },
            },
          ],
        },
      ],
    },
  ],
  routes: [
    {
      name: 'web',
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'api' } }] }],
    },
  ],
}
