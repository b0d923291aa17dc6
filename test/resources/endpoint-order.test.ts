import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const hosts = [
  { pipe: { path: './etc/istio/proxy/XDS' } },
  { socket_address: { address: 'fd00::5', port_value: 80 } },
  { envoy_internal_address: { server_listener_name: 'connect', endpoint_id: '10.0.0.9:80' } },
  { socket_address: { address: '10.0.0.5', port_value: 8080 } },
  { pipe: { path: '/var/run/a.sock' } },
  { socket_address: { address: '10.0.0.5', port_value: 80 } },
  { socket_address: { address: 'db.example.com', port_value: 80 } },
]
const stdin = JSON.stringify({
  cluster_statuses: [
    { name: 'web', host_statuses: hosts.map((address) => ({ address })) },
    { name: 'empty', host_statuses: [] },
  ],
})

test('endpoints are in the order of what is printed of their address, ports by number, as in istioctl', async () => {
  const { out } = await runProgram(['endpoints', '--file', '-', '--no-headers'], { stdin })
  assert.deepEqual(
    out.match(/^\S+/gm),
    [
      '10.0.0.5:80',
      '10.0.0.5:8080',
      'db.example.com:80',
      'envoy://connect/10.0.0.9:80',
      '[fd00::5]:80',
      'unix://./etc/istio/proxy/XDS',
      'unix:///var/run/a.sock',
      '<none>',
    ],
    out,
  )
})
