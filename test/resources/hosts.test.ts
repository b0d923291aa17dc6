import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { cellsOf, documentOf, dumpOfSections, rowsOf, section, viewOf } from './shown.ts'

const socket = (address: string, port_value = 80) => ({ address: { socket_address: { address, port_value } } })
const statusesOf = (...clusters: readonly object[]) =>
  readDump(Buffer.from(JSON.stringify({ cluster_statuses: clusters })), 'dump')
const host = (address: string, health: object = {}, more: object = {}) => ({
  ...socket(address),
  health_status: { eds_health_status: 'HEALTHY', ...health },
  ...more,
})

/** What Envoy says of a host; how it is shown; which `--status` finds it. */
const healths: readonly (readonly [said: object, cell: string, tone: string | undefined, found: string])[] = [
  [{}, 'HEALTHY', undefined, 'healthy'],
  [{ eds_health_status: 'UNKNOWN' }, 'UNKNOWN', undefined, 'unknown'],
  [{ eds_health_status: 'UNHEALTHY' }, 'UNHEALTHY', 'bad', 'unhealthy'],
  [{ eds_health_status: 'TIMEOUT' }, 'TIMEOUT', 'bad', 'unhealthy timeout'],
  [{ eds_health_status: 'DRAINING' }, 'DRAINING', 'warning', 'unhealthy draining'],
  [{ eds_health_status: 'DEGRADED' }, 'DEGRADED', 'warning', 'degraded'],
  [{ failed_active_health_check: true }, 'HEALTHY,FAILED_ACTIVE_HEALTH_CHECK', 'bad', 'healthy unhealthy'],
  [{ failed_active_degraded_check: true }, 'HEALTHY,FAILED_ACTIVE_DEGRADED_CHECK', 'warning', 'healthy degraded'],
  [
    { failed_active_degraded_check: true, failed_outlier_check: true },
    'HEALTHY,FAILED_ACTIVE_DEGRADED_CHECK',
    'warning',
    'healthy unhealthy ejected',
  ],
  [{ pending_dynamic_removal: true }, 'HEALTHY,PENDING_DYNAMIC_REMOVAL', 'warning', 'healthy'],
  [{ pending_active_hc: true }, 'HEALTHY,PENDING_ACTIVE_HC', undefined, 'healthy unhealthy'],
  [{ excluded_via_immediate_hc_fail: true }, 'HEALTHY,EXCLUDED_VIA_IMMEDIATE_HC_FAIL', 'bad', 'healthy unhealthy'],
  [{ active_hc_timeout: true }, 'HEALTHY,ACTIVE_HC_TIMEOUT', 'bad', 'healthy unhealthy'],
  [{ failed_outlier_check: true }, 'HEALTHY', undefined, 'healthy unhealthy ejected'],
  [{ failed_active_health_check: false }, 'HEALTHY', undefined, 'healthy'],
]
const choices = ['healthy', 'unhealthy', 'ejected', 'draining', 'degraded', 'timeout', 'unknown', 'no endpoints']

test('each health status: its cell, its tone, and which values of --status find it', async () => {
  for (const [said, cell, tone, found] of healths) {
    const dump = await statusesOf({ name: 'c', host_statuses: [host('10.0.0.1', said)] })
    const view = viewOf('endpoints', dump)
    assert.deepEqual(cellsOf(view, 'status'), [cell])
    assert.equal(view.rows[0]?.tones?.status, tone, cell)
    const ejected = Reflect.get(said, 'failed_outlier_check') === true
    assert.deepEqual(cellsOf(view, 'outlierCheck'), [ejected ? 'FAILED' : 'OK'])
    assert.equal(view.rows[0]?.tones?.outlierCheck, ejected ? 'bad' : undefined)
    const finding = choices.filter((status) => viewOf('endpoints', dump, { wanted: { status } }).rows.length > 0)
    assert.equal(finding.join(' '), choices.filter((status) => found.split(' ').includes(status)).join(' '), cell)
  }
})

const two = () =>
  statusesOf(
    {
      name: 'outbound|80||web.shop.svc.cluster.local',
      host_statuses: [
        host('10.0.0.2', {}, { weight: 3, priority: 1, hostname: 'b', locality: { region: 'r', zone: 'z' } }),
        host('10.0.0.1'),
      ],
    },
    { name: 'b', host_statuses: [host('10.0.0.1')] },
    { name: 'empty' },
    ...[
      'BlackHoleCluster',
      'PassthroughCluster',
      'InboundPassthroughCluster',
      'InboundPassthroughClusterIpv4',
      'PassthroughClusterIpv6',
      'inbound|80||',
    ].map((name) => ({ name })),
    { name: 'NotBlackHoleCluster' },
  )

test('hosts: by address, port, cluster; clusters without any last, but for those that never have one', async () => {
  const view = viewOf('endpoints', await two())
  assert.deepEqual(
    rowsOf(view).map((row) =>
      ['endpoint', 'status', 'outlierCheck', 'cluster', 'locality', 'weight', 'priority', 'hostname']
        .map((key) => Reflect.get(row, key) ?? '')
        .join(' '),
    ),
    [
      '10.0.0.1:80 HEALTHY OK b   0 ',
      '10.0.0.1:80 HEALTHY OK outbound|80||web.shop.svc.cluster.local   0 ',
      '10.0.0.2:80 HEALTHY OK outbound|80||web.shop.svc.cluster.local r/z 3 1 b',
      ' NO ENDPOINTS - NotBlackHoleCluster    ',
      ' NO ENDPOINTS - empty    ',
    ],
  )
  assert.equal(view.rows[3]?.tones?.status, 'warning')
  assert.deepEqual(
    view.columns.filter(({ wide }) => wide).map(({ header }) => header),
    ['LOCALITY', 'WEIGHT', 'PRIORITY', 'HOSTNAME'],
  )
  for (const [flag, wanted, expected] of [
    ['address', '10.0.0.1', ['b', 'outbound|80||web.shop.svc.cluster.local']],
    ['address', '10.0.0.2:80', ['outbound|80||web.shop.svc.cluster.local']],
    ['address', '10.0.0', []],
    ['port', '80', ['b', 'outbound|80||web.shop.svc.cluster.local', 'outbound|80||web.shop.svc.cluster.local']],
    ['cluster', 'B', ['b']],
    ['status', 'no endpoints', ['NotBlackHoleCluster', 'empty']],
  ] as const)
    assert.deepEqual(
      cellsOf(viewOf('endpoints', await two(), { wanted: { [flag]: wanted } }), 'cluster'),
      expected,
      wanted,
    )
})

test('json has every cluster that passes, and of it the hosts that do', async () => {
  const shown = async (wanted: Record<string, string>) =>
    JSON.stringify(documentOf(viewOf('endpoints', await two(), { wanted })))
      .match(/"name":"[^"]*"|"address":"[^"]*"/g)
      ?.map((text) => text.split('"')[3])
  const web = 'outbound|80||web.shop.svc.cluster.local'
  assert.deepEqual(await shown({ address: '10.0.0.2' }), [web, '10.0.0.2'])
  assert.deepEqual(await shown({ cluster: web }), [web, '10.0.0.2', '10.0.0.1'])
  assert.deepEqual(await shown({ cluster: 'empty' }), ['empty'])
  assert.deepEqual(await shown({ cluster: 'PassthroughCluster' }), ['PassthroughCluster'], 'in no table, but not lost')
})

const assignment = (cluster_name: string, ...groups: readonly object[]) => ({
  endpoint_config: { cluster_name, endpoints: groups },
})
const group = (more: object, ...addresses: readonly string[]) => ({
  ...more,
  lb_endpoints: addresses.map((address, at) => ({
    endpoint: { ...socket(address), hostname: `h${at}` },
    health_status: at === 0 ? 'HEALTHY' : 'UNHEALTHY',
    load_balancing_weight: at + 1,
  })),
})
const assigned = () =>
  dumpOfSections(
    section('Endpoints', {
      dynamic_endpoint_configs: [
        assignment('outbound|81|v1|web.shop', group({}, '10.0.0.3')),
        assignment(
          'outbound|80|v1|web.shop',
          group(
            { priority: 1, load_balancing_weight: 7, locality: { region: 'r', zone: 'z', sub_zone: 's' } },
            '10.0.0.1',
            '10.0.0.2',
          ),
          group({}, '10.0.0.9'),
        ),
        assignment('outbound|80||web.shop', {
          lb_endpoints: [{ endpoint: { address: { pipe: { path: '/a.sock' } } } }],
        }),
        assignment('api', group({}, '10.0.0.4')),
        assignment('inbound|80||web.shop', group({}, '10.0.0.5')),
      ],
    }),
  )

test('assignments: by host, subset, port, direction of the cluster; hosts in their order', async () => {
  for (const kind of ['endpoints', 'eds']) {
    const view = viewOf(kind, await assigned())
    const first = kind === 'eds' ? 'name' : 'endpoint'
    assert.deepEqual(
      rowsOf(view).map((row) =>
        [first, 'status', 'locality', 'cluster', 'weight', 'priority', 'hostname', 'localityWeight']
          .map((key) => Reflect.get(row, key) ?? '')
          .join(' '),
      ),
      [
        '10.0.0.4:80 HEALTHY  api 1 0 h0 ',
        '10.0.0.5:80 HEALTHY  inbound|80||web.shop 1 0 h0 ',
        `${kind === 'eds' ? '' : 'unix://'}/a.sock UNKNOWN  outbound|80||web.shop  0  `,
        '10.0.0.1:80 HEALTHY r/z/s outbound|80|v1|web.shop 1 1 h0 7',
        '10.0.0.2:80 UNHEALTHY r/z/s outbound|80|v1|web.shop 2 1 h1 7',
        '10.0.0.9:80 HEALTHY  outbound|80|v1|web.shop 1 0 h0 ',
        '10.0.0.3:80 HEALTHY  outbound|81|v1|web.shop 1 0 h0 ',
      ],
    )
    assert.deepEqual(
      view.columns.filter(({ wide }) => !wide).map(({ header }) => header),
      [kind === 'eds' ? 'NAME' : 'ENDPOINT', 'STATUS', 'LOCALITY', 'CLUSTER'],
    )
  }
  const shown = async (wanted: Record<string, string>) =>
    JSON.stringify(documentOf(viewOf('eds', await assigned(), { wanted })))
      .match(/"address":"[^"]*"|"priority":\d/g)
      ?.map((text) => text.split('"').at(text.includes('priority') ? 2 : 3))
  assert.deepEqual(await shown({ cluster: 'outbound|80|v1|web.shop' }), [':1', '10.0.0.1', '10.0.0.2', '10.0.0.9'])
  assert.deepEqual(await shown({ address: '10.0.0.9' }), ['10.0.0.9'], 'a group without hosts is gone')
})
