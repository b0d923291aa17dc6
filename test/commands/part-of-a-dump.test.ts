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
  assert.deepEqual([code, err], [0, 'No authorization policies found in standard input.\n'])
})
