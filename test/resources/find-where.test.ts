import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../run-program.ts'

// What is asked of a fleet in an outage: who sends to this address, who routes this host.

const folder = mkdtempSync(join(tmpdir(), 'find-where-'))
after(() => rmSync(folder, { recursive: true }))
const type = (name: string) => `type.googleapis.com/envoy.admin.v3.${name}`

const socket = (address: string, port_value = 80) => ({ socket_address: { address, port_value } })
const hosts = {
  v4: { address: socket('10.1.2.3') },
  near: { address: socket('10.1.2.31') },
  other: { address: socket('10.2.0.1', 8080) },
  v6: { address: socket('2001:db8::1', 443) },
  mapped: { address: socket('::ffff:10.1.9.9') },
  dual: { address: socket('10.9.9.9'), additional_addresses: [{ address: socket('2001:db8::9') }] },
  pipe: { address: { pipe: { path: '/var/run/app.sock' } } },
  internal: { address: { envoy_internal_address: { server_listener_name: 'connect_originate', endpoint_id: 'e' } } },
}
const cluster_statuses = Object.entries(hosts).map(([name, host]) => ({
  name,
  host_statuses: [{ ...host, health_status: { eds_health_status: 'HEALTHY' } }],
}))
const clusters = join(folder, 'clusters.json')
writeFileSync(clusters, JSON.stringify({ cluster_statuses }))
const assignments = join(folder, 'eds.json')
const lb_endpoints = (host: object) => [{ endpoint: host }]
writeFileSync(
  assignments,
  JSON.stringify({
    configs: [
      {
        '@type': type('EndpointsConfigDump'),
        dynamic_endpoint_configs: Object.entries(hosts).map(([cluster_name, host]) => ({
          endpoint_config: { cluster_name, endpoints: [{ lb_endpoints: lb_endpoints(host) }] },
        })),
      },
    ],
  }),
)

for (const [wanted, found] of [
  ['10.1.2.3', ['v4']],
  ['10.1.2.3:80', ['v4']],
  ['10.1.2.3:81', []],
  ['10.1.2', []],
  ['10.1.0.0/16', ['v4', 'near', 'mapped']],
  ['10.1.2.0/28', ['v4']],
  ['0.0.0.0/0', ['v4', 'near', 'other', 'mapped', 'dual']],
  ['10.1.9.9', ['mapped']],
  ['2001:db8::1', ['v6']],
  ['2001:0DB8:0:0::1', ['v6']],
  ['[2001:db8::1]', ['v6']],
  ['[2001:db8::1]:443', ['v6']],
  ['[2001:db8::1]:80', []],
  ['2001:db8::/32', ['v6', 'dual']],
  ['2001:db8::9', ['dual']],
  ['::/0', ['v6', 'dual']],
  ['unix:///var/run/app.sock', ['pipe']],
  ['/var/run/app.sock', ['pipe']],
  ['connect_originate', ['internal']],
  ['envoy://connect_originate/e', ['internal']],
] as const)
  test(`--address ${wanted}`, async () => {
    for (const [command, file] of [
      ['endpoints', clusters],
      ['eds', assignments],
    ] as const) {
      const { out, err } = await runProgram([command, '--file', file, '--address', wanted, '-o', 'jsonl'])
      const names = out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).cluster)
      assert.deepEqual(names.toSorted(), found.toSorted(), `${command}: ${err}`)
    }
  })

const domains = {
  exact: ['shop.example'],
  short: ['reviews', 'reviews.default.svc.cluster.local'],
  ported: ['cart.default:8080'],
  suffix: ['*.shop.example'],
  prefix: ['shop.*'],
  any: ['*'],
}
const virtual_hosts = Object.entries(domains).map(([name, list]) => ({
  name,
  domains: list,
  routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }],
}))
const routes = join(folder, 'routes.json')
writeFileSync(
  routes,
  JSON.stringify({
    configs: [
      { '@type': type('RoutesConfigDump'), static_route_configs: [{ route_config: { name: '80', virtual_hosts } }] },
    ],
  }),
)

for (const [wanted, found] of [
  ['shop', ['exact', 'suffix', 'prefix']],
  ['SHOP.example', ['exact', 'suffix', 'prefix']],
  ['api.shop.example', ['suffix']],
  ['api.shop.example:443', ['suffix']],
  ['.shop.example', ['suffix']],
  ['shop.other', ['prefix']],
  ['shop.', ['exact', 'suffix', 'prefix']],
  ['reviews', ['short']],
  ['reviews:9080', ['short']],
  ['cart.default', ['ported']],
  ['cart.default:8080', ['ported']],
  ['cart.default:9', []],
  ['*', ['suffix', 'prefix', 'any']],
  ['nowhere', []],
] as const)
  test(`--domain ${wanted}`, async () => {
    const { out, err } = await runProgram(['routes', '--file', routes, '--domain', wanted, '-o', 'jsonl'])
    const names = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).vhostName)
    assert.deepEqual(names, found, err)
    const { out: json } = await runProgram(['routes', '--file', routes, '--domain', wanted, '-o', 'json'])
    const listed = JSON.parse(json).flatMap(({ virtualHosts }: { virtualHosts: { name: string }[] }) => virtualHosts)
    assert.deepEqual(
      listed.map(({ name }: { name: string }) => name),
      found,
    )
  })
