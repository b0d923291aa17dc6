import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { type Json, type JsonObject, objectsOf } from '../../../src/envoy/json.ts'
import { dumpWith } from '../../analyses/diff/dumps.ts'
import { runProgram } from '../../run-program.ts'

export const folder = mkdtempSync(join(tmpdir(), 'diff-'))

after(() => rmSync(folder, { recursive: true }))

export function saved(name: string, content: Json | string): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

interface Shape {
  readonly weight?: number
  readonly clusters?: readonly string[]
}

/** A proxy with a listener at 9080 whose one route shares requests between two clusters. */
export function dump({ weight = 80, clusters = ['v1', 'v2'] }: Shape = {}): JsonObject {
  const http = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'x',
    rds: { route_config_name: '9080', config_source: { ads: {} } },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  }
  const found = dumpWith({
    clusters: clusters.map((name, index) => ({
      name,
      type: 'STATIC',
      load_assignment: hostsOf(name, `10.0.0.${index + 1}`),
    })),
    listeners: [
      {
        name: '0.0.0.0_9080',
        address: { socket_address: { address: '0.0.0.0', port_value: 9080 } },
        filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: http }] }],
      },
    ],
    routes: [
      {
        name: '9080',
        virtual_hosts: [
          {
            name: 'reviews:9080',
            domains: ['*'],
            routes: [
              {
                name: 'r',
                match: { prefix: '/' },
                route: {
                  weighted_clusters: {
                    clusters: [
                      { name: 'v1', weight },
                      { name: 'v2', weight: 100 - weight },
                    ],
                  },
                },
                metadata: {
                  filter_metadata: {
                    istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/reviews' },
                  },
                },
              },
            ],
          },
        ],
      },
    ],
  })
  return {
    ...found,
    configs: [...objectsOf(found.configs), { '@type': 'type.googleapis.com/envoy.admin.v3.EndpointsConfigDump' }],
  }
}

function hostsOf(cluster_name: string, address: string): JsonObject {
  const endpoint = { address: { socket_address: { address, port_value: 8080 } } }
  return { cluster_name, endpoints: [{ lb_endpoints: [{ endpoint }] }] }
}

export const diff = (...argv: string[]) => runProgram(['diff', ...argv])

export const before = saved('before.json', dump())
export const same = saved('same.json', dump())
export const moved = saved('after.json', dump({ weight: 20, clusters: ['v1', 'v2', 'v3'] }))
