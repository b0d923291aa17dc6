import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const any = (type: string, fields: object) => ({ '@type': `type.googleapis.com/${type}`, ...fields })

/** A dump with one listener that has so many filter chains to one cluster. */
function manyChains(count: number): object {
  const tcpProxy = any('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { cluster: 'c' })
  const chains = Array.from({ length: count }, (_, at) => ({
    name: `chain-${at}`,
    filter_chain_match: { server_names: [`host-${at}.example`] },
    filters: [{ name: 'envoy.filters.network.tcp_proxy', typed_config: tcpProxy }],
  }))
  const address = { socket_address: { address: '0.0.0.0', port_value: 80 } }
  return {
    configs: [
      any('envoy.admin.v3.ClustersConfigDump', { static_clusters: [{ cluster: { name: 'c', type: 'STATIC' } }] }),
      any('envoy.admin.v3.ListenersConfigDump', {
        static_listeners: [{ listener: { name: 'l', address, filter_chains: chains } }],
      }),
    ],
  }
}

/** Commands that look something up for each of many things: four times as many take about four times as long. */
const cases: readonly (readonly [argv: readonly string[], dump: (count: number) => object])[] = [
  [['describe', 'pod'], manyChains],
  [['describe', 'svc', 'c'], manyChains],
]

/** Of the larger input; where time grows with the square, it was more than three times this. Processor time, in milliseconds. */
const most = 4000

for (const [argv, dump] of cases) {
  test(`${argv.join(' ')} takes time that grows with ${dump.name}, not with their square`, async (t) => {
    const stdin = JSON.stringify(dump(20_000))
    const began = process.cpuUsage()
    const { code, err } = await runProgram([...argv, '--file', '-'], { stdin })
    const { user, system } = process.cpuUsage(began)
    const took = Math.round((user + system) / 1000)
    t.diagnostic(`${took} ms`)
    assert.equal(code, 0, err)
    assert.ok(took < most, `${took} ms`)
  })
}
