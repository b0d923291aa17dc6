import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { runProgram } from '../../run-program.ts'

const typeOf = (name: string): string => `type.googleapis.com/envoy.config.${name}`
const cluster = (name: string) => ({ '@type': typeOf('cluster.v3.Cluster'), name, type: 'EDS' })
const nacked = { clientStatus: 'NACKED', errorState: { details: 'lb policy not supported', versionInfo: '7' } }

const generic = [
  {
    typeUrl: typeOf('listener.v3.Listener'),
    name: 'shop:443',
    versionInfo: '7',
    lastUpdated: '2026-01-01T00:00:00Z',
    clientStatus: 'ACKED',
    xdsConfig: { '@type': typeOf('listener.v3.Listener'), name: 'shop:443', apiListener: {} },
  },
  { typeUrl: typeOf('cluster.v3.Cluster'), name: 'shop', versionInfo: '6', xdsConfig: cluster('shop'), ...nacked },
  { typeUrl: typeOf('cluster.v3.Cluster'), name: 'never', ...nacked },
  { typeUrl: typeOf('route.v3.RouteConfiguration'), name: 'r1', clientStatus: 'NACKED' },
  { typeUrl: typeOf('endpoint.v3.ClusterLoadAssignment'), name: 'shop', clientStatus: 'DOES_NOT_EXIST' },
]
const response = (...ids: string[]): string =>
  JSON.stringify({ config: ids.map((id) => ({ node: { id }, genericXdsConfigs: generic })) })

test('resources of a CSDS response keep their version, their time and why they were rejected', async () => {
  const dump = await readDump(new TextEncoder().encode(response('a')), 'csds')
  const told = (kind: 'listeners' | 'clusters' | 'routes' | 'endpoints') =>
    dump.entries(kind).map(({ name, state, version, error }) => [name, state, version, error?.details])
  assert.deepEqual(told('listeners'), [['shop:443', 'active', '7', undefined]])
  assert.equal(dump.entries('listeners')[0]?.lastUpdated, '2026-01-01T00:00:00Z')
  assert.deepEqual(told('clusters'), [
    ['shop', 'active', '6', undefined],
    ['shop', 'error', '6', 'lb policy not supported'],
    ['never', 'error', undefined, 'lb policy not supported'],
  ])
  assert.deepEqual(told('routes'), [['r1', 'error', undefined, 'no reason is given']])
  assert.deepEqual(told('endpoints'), [['shop', 'unknown', undefined, undefined]])
})

test('a resource that a client rejected is an error in status and a row of its kind', async () => {
  const status = await runProgram(['status', '--file', '-'], { stdin: response('a') })
  assert.match(status.out, /ERROR/)
  assert.match(status.err, /CDS rejected: shop: lb policy not supported/)
  const clusters = await runProgram(['clusters', '--file', '-'], { stdin: response('a') })
  assert.match(clusters.err, /Envoy rejected cluster "never": lb policy not supported/)
})

test('clients of one response are not mixed up', async () => {
  const { out, err } = await runProgram(['clusters', '--file', '-', '-o', 'name'], { stdin: response('a', 'b') })
  assert.equal(out.trim().split('\n').length, 2, out)
  assert.match(err, /holds 2 dumps: shown is a, not b/)
})
