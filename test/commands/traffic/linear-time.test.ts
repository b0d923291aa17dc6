import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { type FakeAdmin, startFakeAdmin } from '../fake-admin.ts'

const count = 4000
let admin: FakeAdmin
const any = (type: string, fields: object) => ({ '@type': `type.googleapis.com/${type}`, ...fields })
const times = <T>(make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
const http = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'

/** A virtual host whose routes all count, of which the last leads to all clusters, each with a host that counts. */
before(async () => {
  const routes = [
    ...times((at) => ({ match: { path: `/${at}` }, stat_prefix: `r${at}`, route: { cluster: `c${at}` } })),
    {
      match: { prefix: '/' },
      route: { weighted_clusters: { clusters: times((at) => ({ name: `c${at}`, weight: 1 })) } },
    },
  ]
  const connectionManager = any(http, {
    route_config: { name: 'r', virtual_hosts: [{ name: 'v', domains: ['*'], routes }] },
    http_filters: [{ name: 'router', typed_config: any('envoy.extensions.filters.http.router.v3.Router', {}) }],
  })
  const host = (at: number) => ({ socket_address: { address: `10.0.${at >> 8}.${at & 255}`, port_value: 80 } })
  const configs = [
    any('envoy.admin.v3.ClustersConfigDump', {
      static_clusters: times((at) => ({
        cluster: {
          name: `c${at}`,
          type: 'STATIC',
          load_assignment: {
            cluster_name: `c${at}`,
            endpoints: [{ lb_endpoints: [{ endpoint: { address: host(at) } }] }],
          },
        },
      })),
    }),
    any('envoy.admin.v3.ListenersConfigDump', {
      static_listeners: [
        {
          listener: {
            name: 'l',
            address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
            filter_chains: [{ filters: [{ name: 'h', typed_config: connectionManager }] }],
          },
        },
      ],
    }),
  ]
  const cluster_statuses = times((at) => ({
    name: `c${at}`,
    host_statuses: [{ address: host(at), stats: [{ name: 'rq_total', value: '3' }] }],
  }))
  const stats = times((at) => ({ name: `cluster.c${at}.upstream_rq_completed`, value: 3 }))
  const pages = new Map(
    Object.entries({ config_dump: { configs }, clusters: { cluster_statuses }, stats: { stats } }).map(
      ([name, page]) => [`/${name}`, JSON.stringify(page)],
    ),
  )
  admin = await startFakeAdmin((_, path) => pages.get(path))
})
after(() => admin.close())

/** Where time grew with the square, it was a multiple of this. Processor time, in milliseconds. */
const most = 4000

for (const argv of [['clusters'], ['endpoints'], ['routes'], ['trace', 'http://10.0.0.1:80/x']])
  test(`${argv.join(' ')} --traffic takes time that grows with clusters and routes, not with their square`, async (t) => {
    const began = process.cpuUsage()
    const { out, err } = await runProgram([...argv, '--traffic', '--url', admin.url])
    const { user, system } = process.cpuUsage(began)
    const took = Math.round((user + system) / 1000)
    t.diagnostic(`${took} ms`)
    assert.ok(out.length > 1000, err)
    assert.ok(took < most, `${took} ms`)
  })
