import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countersPath, movement, readCounters } from '../../../src/analyses/watch/config-counters.ts'

const first = 'cluster_manager.cds.version: 17\ncontrol_plane.connected_state: 1\nserver.uptime: 100\n'
const step = (text: string) => movement(readCounters(first), readCounters(text))
const quiet = { loaded: false, rejected: [], warming: 0, connected: true, restarted: false }

test('lines of Envoy are read, others are passed over', () => {
  assert.deepEqual(
    [...readCounters('a.b: 1\nno number: x\n\nc: d: 2\ntext')],
    [
      ['a.b', 1],
      ['c: d', 2],
    ],
  )
})

test('the first reading says nothing of configuration', () => {
  assert.deepEqual(movement(undefined, readCounters(first)), quiet)
})

for (const [what, line, expected] of [
  ['nothing', '', {}],
  ['clusters', 'cluster_manager.cds.version: 18', { loaded: true }],
  ['endpoints', 'cluster_manager.cluster_updated: 3', { loaded: true }],
  ['a listener', 'listener_manager.listener_added: 1', { loaded: true }],
  ['routes', 'http.outbound.rds.9080.config_reload: 2', { loaded: true }],
  [
    'a rejected route configuration',
    'http.outbound.rds.9080.update_rejected: 1',
    { loaded: true, rejected: ['routes 9080'] },
  ],
  ['rejected clusters', 'cluster_manager.cds.update_rejected: 1', { loaded: true, rejected: ['clusters'] }],
  ['rejected listeners', 'listener_manager.lds.update_rejected: 2', { loaded: true, rejected: ['listeners'] }],
  ['a listener that warms', 'listener_manager.total_listeners_warming: 2', { loaded: true, warming: 2 }],
  ['clusters that warm', 'cluster_manager.warming_clusters: 1', { loaded: true, warming: 1 }],
] as const)
  test(`moved: ${what}`, () => {
    assert.deepEqual(step(`${first.replace('100', '110')}${line}\n`), { ...quiet, ...expected })
  })

test('a connection that is lost, and one of which nothing is told', () => {
  assert.equal(step(first.replace('connected_state: 1', 'connected_state: 0')).connected, false)
  assert.equal(step('server.uptime: 101').connected, undefined)
})

test('an uptime that is shorter than before is a restart', () => {
  assert.equal(step(first.replace('100', '3')).restarted, true)
})

test('Envoy is asked for these statistics only', () => {
  const filter = new RegExp(new URLSearchParams(countersPath.split('?')[1]).get('filter') ?? '')
  for (const name of [
    'cluster_manager.cds.version',
    'cluster_manager.cluster_updated',
    'listener_manager.lds.update_rejected',
    'http.outbound_0.0.0.0_9080;.rds.9080.config_reload',
    'listener.0.0.0.0_443.server_ssl_socket_factory.sds.default.version',
    'sds.default.version',
    'control_plane.connected_state',
    'server.uptime',
  ])
    assert.match(name, filter)
  for (const name of ['cluster.outbound|9080||a.update_success', 'cluster_manager.cds.update_attempt', 'server.live'])
    assert.doesNotMatch(name, filter)
})
