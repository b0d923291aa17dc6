import assert from 'node:assert/strict'
import { cellsOf, dumpOfSections, section, viewOf } from './shown.ts'

export const type = (name: string) => `type.googleapis.com/envoy.${name}`

export const istio = (kind: string, name: string) => ({
  metadata: { filter_metadata: { istio: { config: `/apis/networking.istio.io/v1/namespaces/shop/${kind}/${name}` } } },
})

/** What a flag leaves, by the first cell of a column. */
export async function left(
  kind: string,
  dump: Awaited<ReturnType<typeof dumpOfSections>>,
  key: string,
  cases: readonly (readonly [flag: string, wanted: string, expected: readonly unknown[]])[],
): Promise<void> {
  for (const [flag, wanted, expected] of cases)
    assert.deepEqual(cellsOf(viewOf(kind, dump, { wanted: { [flag]: wanted } }), key), expected, `--${flag} ${wanted}`)
}

export const cluster = (name: string, more: object = {}) => ({ cluster: { name, ...more } })

export const clusters = () =>
  dumpOfSections(
    section('Clusters', {
      dynamic_active_clusters: [
        {
          version_info: 'v1',
          last_updated: '2026-01-01T00:00:00Z',
          cluster: {
            name: 'outbound|9080|v2|reviews.shop.svc.cluster.local',
            type: 'EDS',
            lb_policy: 'LEAST_REQUEST',
            ...istio('destination-rule', 'reviews'),
          },
        },
        cluster('outbound|9080|v1|reviews.shop.svc.cluster.local', { type: 'EDS' }),
        cluster('outbound|9081|v1|reviews.shop.svc.cluster.local', { type: 'EDS' }),
        cluster('outbound|9080||reviews.shop.svc.cluster.local', { type: 'EDS' }),
        cluster('inbound|9080||', { type: 'ORIGINAL_DST' }),
        cluster('inbound|9080||reviews.shop.svc.cluster.local', { type: 'STATIC' }),
      ],
      static_clusters: [cluster('xds-grpc', { type: 'STRICT_DNS' }), cluster('Agent')],
    }),
  )

export const address = (host: string, port_value: number) => ({ socket_address: { address: host, port_value } })

export const hcm = (more: object) => ({
  name: 'hcm',
  typed_config: {
    '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    ...more,
  },
})

export const tcp = (to: string) => ({
  name: 'tcp',
  typed_config: { '@type': type('extensions.filters.network.tcp_proxy.v3.TcpProxy'), cluster: to },
})

export const route = (prefix: string, more: object = {}) => ({ match: { prefix }, route: { cluster: 'c' }, ...more })
