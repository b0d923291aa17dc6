import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const clusters = '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump"}]}'
const listeners = '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump"}]}'

test('nothing is concluded from a section that a dump does not have', async () => {
  for (const [words, part, section] of [
    [['authz'], clusters, 'ListenersConfigDump'],
    [['authz', '--request', 'tcp', '--port', '80'], clusters, 'ListenersConfigDump'],
    [['describe', 'pod'], clusters, 'ListenersConfigDump'],
    [['describe', 'service', 'x'], listeners, 'ClustersConfigDump'],
    [['status'], listeners, 'ClustersConfigDump'],
    [['trace', 'http://x/'], clusters, 'ListenersConfigDump'],
  ] as const) {
    const { code, out, err } = await runProgram([...words, '--file', '-'], { stdin: part })
    assert.deepEqual([code, out], [1, ''], words.join(' '))
    assert.match(err, new RegExp(`^error: standard input has no ${section} section; it holds: `, 'm'), words.join(' '))
  }
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
