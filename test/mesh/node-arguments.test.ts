import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeOfArguments } from '../../src/mesh/pods/node-arguments.ts'
import { readPod } from '../../src/mesh/pods/pod.ts'

const pod = (args: string[], env: { name: string; value?: string }[] = [], name = 'envoy') =>
  readPod({
    metadata: { name: 'eg-1', namespace: 'system', labels: { 'app.kubernetes.io/managed-by': 'envoy-gateway' } },
    spec: { containers: [{ name, args, env }] },
  })

test('the node of the command line, with the words in one or in two', () => {
  assert.deepEqual(nodeOfArguments(pod(['--service-cluster', 'edge/eg', '--service-node=x'])), {
    id: 'x',
    cluster: 'edge/eg',
  })
})

test('variables: with a value, and of the kubelet; a cluster that is not known is no node', () => {
  const args = ['--service-cluster', 'edge/$(NAME)', '--service-node', '$(ENVOY_POD_NAME)']
  const named = [{ name: 'NAME', value: 'eg' }, { name: 'ENVOY_POD_NAME' }]
  assert.deepEqual(nodeOfArguments(pod(args, named)), { id: 'eg-1', cluster: 'edge/eg' })
  assert.deepEqual(nodeOfArguments(pod(args)), {})
  assert.deepEqual(nodeOfArguments(pod(['--log-level', 'info'])), {})
  assert.deepEqual(nodeOfArguments(pod(args, named, 'app')), {})
})
