import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const clusters = '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump"}]}'
const listeners = '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump"}]}'
const extensions = '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.UnknownConfigDump"}]}'

test('nothing is concluded from a section that a dump does not have', async () => {
  for (const [words, part, section] of [
    [['authz'], clusters, 'ListenersConfigDump'],
    [['authz', '--request', 'tcp', '--port', '80'], clusters, 'ListenersConfigDump'],
    [['describe', 'pod'], clusters, 'ListenersConfigDump'],
    [['describe', 'service', 'x'], listeners, 'ClustersConfigDump'],
    [['status'], extensions, 'ClustersConfigDump'],
    [['trace', 'http://x/'], clusters, 'ListenersConfigDump'],
  ] as const) {
    const { code, out, err } = await runProgram([...words, '--file', '-'], { stdin: part })
    assert.deepEqual([code, out], [1, ''], words.join(' '))
    assert.match(err, new RegExp(`^error: standard input has no ${section} section`, 'm'), words.join(' '))
  }
})

const listener = { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', name: 'l' }
const replies = {
  generic: {
    generic_xds_configs: [
      { type_url: listener['@type'], name: 'l', version_info: '1', client_status: 'ACKED', xds_config: listener },
    ],
  },
  typed: {
    xds_config: [
      { listener_config: { dynamic_listeners: [{ name: 'l', client_status: 'ACKED', active_state: { listener } }] } },
    ],
  },
}

for (const [form, client] of Object.entries(replies))
  test(`a CSDS response without clusters (${form}): the status of what it has, the rest is unknown`, async () => {
    const stdin = JSON.stringify({ config: [{ node: { id: 'grpc-1' }, ...client }] })
    const { code, out, err } = await runProgram(['status', '--file', '-', '-o', 'json'], { stdin })
    assert.equal(code, 0, err)
    const [{ types, namespace }] = JSON.parse(out)
    assert.deepEqual(types, {
      CDS: { status: 'UNKNOWN' },
      LDS: { status: 'UNKNOWN' },
      EDS: { status: 'UNKNOWN' },
      RDS: { status: 'UNKNOWN' },
    })
    assert.equal(namespace, undefined)
    assert.match(err, /^standard input: the dump is a part: of CDS, EDS, RDS nothing is known$/m)
  })

test('a rejected resource of a part is an error, whatever is missing', async () => {
  const rejected = { name: 'l', client_status: 'NACKED', error_state: { details: 'malformed IP address' } }
  const stdin = JSON.stringify({ config: [{ xds_config: [{ listener_config: { dynamic_listeners: [rejected] } }] }] })
  const { out, err } = await runProgram(['status', '--file', '-'], { stdin })
  assert.match(out, /^standard input {3}UNKNOWN {3}ERROR {3}UNKNOWN {3}UNKNOWN /m)
  assert.match(err, /LDS rejected: l: malformed IP address/)
})

test('a whole dump without listeners has none', async () => {
  const whole = '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{}}]}'
  const { code, err } = await runProgram(['authz', '--file', '-'], { stdin: whole })
  assert.deepEqual([code, err], [0, 'No authorization policies found.\n'])
})

test('a trace without listeners says which dump it needs', async () => {
  const bootstrap = '{"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{}}'
  const masked = await runProgram(['trace', '--file', '-', 'http://x/'], { stdin: `{"configs":[${bootstrap}]}` })
  assert.match(masked.out, /=> not decidable from a dump listeners_not_in_dump: the dump has no listeners/)
  assert.match(masked.out, /Next: Take a full dump: config_dump\?include_eds without mask\./)
  const part = await runProgram(['trace', '--file', '-', 'http://x/'], { stdin: clusters })
  assert.match(part.err, /^A trace needs listeners, .*: take a whole dump, config_dump\?include_eds\.$/m)
  const grpc = `${listeners.slice(0, -3)},"static_listeners":[{"listener":{"name":"x","api_listener":{}}}]}]}`
  const client = await runProgram(['trace', '--file', '-', 'http://x/'], { stdin: grpc })
  assert.match(client.out, /no listener of the dump has an address to listen on\n +Next: Take config_dump\?include_eds/)
})
