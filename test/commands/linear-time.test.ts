import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const any = (type: string, fields: object) => ({ '@type': `type.googleapis.com/${type}`, ...fields })

const address = { socket_address: { address: '0.0.0.0', port_value: 80 } }
const cluster = {
  name: 'c',
  type: 'STATIC',
  load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
}

function dumpOf(filterChains: readonly object[]): object {
  return {
    configs: [
      any('envoy.admin.v3.ClustersConfigDump', { static_clusters: [{ cluster }] }),
      any('envoy.admin.v3.ListenersConfigDump', {
        static_listeners: [{ listener: { name: 'l', address, filter_chains: filterChains } }],
      }),
    ],
  }
}

/** A dump with one listener that has so many filter chains to one cluster. */
function manyChains(count: number): object {
  const tcpProxy = any('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { cluster: 'c' })
  const chains = Array.from({ length: count }, (_, at) => ({
    name: `chain-${at}`,
    filter_chain_match: { server_names: [`host-${at}.example`] },
    filters: [{ name: 'envoy.filters.network.tcp_proxy', typed_config: tcpProxy }],
  }))
  return dumpOf(chains)
}

/** A dump with one connection manager that has so many HTTP filters before its router. */
function manyHttpFilters(count: number): object {
  const filters = Array.from({ length: count }, (_, at) => ({ name: `filter-${at}`, typed_config: any('x.Y', {}) }))
  const router = { name: 'router', typed_config: any('envoy.extensions.filters.http.router.v3.Router', {}) }
  const virtualHost = { name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }] }
  const manager = any('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    http_filters: [...filters, router],
    route_config: { name: 'r', virtual_hosts: [virtualHost] },
  })
  return dumpOf([{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] }])
}

/** Commands that look something up for each of many things: four times as many take about four times as long. */
const cases: readonly (readonly [argv: readonly string[], dump: (count: number) => object])[] = [
  [['describe', 'pod'], manyChains],
  [['describe', 'svc', 'c'], manyChains],
  [['trace', 'http://10.0.0.1:80/'], manyHttpFilters],
  [['authz', '--request', 'GET http://10.0.0.1:80/'], manyHttpFilters],
]

/** Of the larger input; where time grows with the square, it was two to thirty times this. Processor time, in milliseconds. */
const most = 2500

for (const [argv, dump] of cases) {
  test(`${argv.join(' ')} takes time that grows with ${dump.name}, not with their square`, async (t) => {
    const stdin = JSON.stringify(dump(10_000))
    const began = process.cpuUsage()
    const { code, err } = await runProgram([...argv, '--file', '-'], { stdin })
    const { user, system } = process.cpuUsage(began)
    const took = Math.round((user + system) / 1000)
    t.diagnostic(`${took} ms`)
    assert.ok(code === 0 || argv[0] === 'authz', err)
    assert.ok(took < most, `${took} ms`)
  })
}
