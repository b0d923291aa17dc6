import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agreement } from '../../../src/analyses/explain/join/agreement.ts'
import { tracer } from '../../../src/analyses/explain/join/verification.ts'
import { type FieldName, ReadLine } from '../../../src/analyses/explain/log/logged-request.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { dumpOf, httpManager, listener, staticCluster } from '../trace/dump-of.ts'

const routes: JsonObject[] = [
  {
    name: 'absent',
    match: { prefix: '/a', headers: [{ name: 'X-User', present_match: false }] },
    route: { cluster: 'one' },
  },
  { name: 'rest', match: { prefix: '/a' }, route: { cluster: 'two' } },
  { name: 'named', match: { prefix: '/named' }, route: { cluster_header: 'X-Cluster' } },
  { name: 'plain', match: { prefix: '/' }, route: { cluster: 'one' } },
]
const secure = { name: 'tls', domains: ['tls.test'], require_tls: 'ALL', routes: [routes[3] ?? {}] }
const manager = httpManager({
  route_config: { name: 'main', virtual_hosts: [{ name: 'all', domains: ['*'], routes }, secure] },
})
const dump = await dumpOf({
  listeners: [listener('l', '10.0.0.1', 80, { filter_chains: [{ filters: [manager] }] })],
  clusters: ['one', 'two'].map((name) => staticCluster(name, '10.1.0.1:80')),
})
const traceOf = tracer({ dump, clusters: undefined, stats: undefined })

/** How a line compares with a trace of its request. */
function compared(path: string, fields: Partial<Record<FieldName, string>>) {
  const all = {
    method: 'GET',
    path,
    protocol: 'HTTP/1.1',
    authority: 'a.test',
    downstreamLocal: '10.0.0.1:80',
    ...fields,
  }
  const line = new ReadLine(new Map(Object.keys(all).map((name, at) => [name, at])), Object.values(all))
  const traced = traceOf(line)
  assert.ok(traced)
  return agreement(line, traced, dump)
}

const ok = { code: '200', flags: '-', details: 'via_upstream' }

test('a header that the line does not hold decides, also where its absence led to the traced route, or where it names the cluster', () => {
  assert.deepEqual(compared('/a', { ...ok, route: 'absent', cluster: 'one' }), { kind: 'predicted' })
  assert.deepEqual(compared('/a', { ...ok, route: 'rest', cluster: 'two' }), { kind: 'header', headers: ['x-user'] })
  assert.deepEqual(compared('/named', { ...ok, route: 'named', cluster: 'two' }), {
    kind: 'header',
    headers: ['x-cluster'],
  })
})

test('where TLS is required, the header that tells of it decides', () => {
  const line = { ...ok, route: 'plain', cluster: 'one', authority: 'tls.test' }
  assert.deepEqual(compared('/', line), { kind: 'header', headers: ['x-forwarded-proto'] })
})

test('a path that was refused stands in its line as it was normalized; another way without such a reason differs', () => {
  assert.deepEqual(compared('/b', { code: '400', flags: '-', details: 'path_normalization_failed' }), {
    kind: 'rewritten',
  })
  assert.deepEqual(compared('/b', { ...ok, route: 'plain', cluster: 'two' }), { kind: 'differs' })
})
