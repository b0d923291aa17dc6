import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { compareKeys } from '../../src/resources/columns.ts'
import { dumpDocument } from '../../src/resources/dump-document.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import { rowsOf as rowsOfKind } from '../../src/resources/resource-table.ts'
import { resourceSchemas } from '../../src/resources/schemas.ts'
import { cellsOf, documentOf, dumpOfSections, kindNamed, now, section, viewOf, wholeOf } from './shown.ts'

const listener = (name: string, more: object) => ({ name, ...more })
const own = (name: string) => ({ listener: { name } })

const inStates = () =>
  dumpOfSections(
    section('Listeners', {
      dynamic_listeners: [
        listener('a', {
          active_state: own('a'),
          error_state: {
            failed_configuration: { name: 'a' },
            last_update_attempt: '2026-01-01T00:00:00Z',
            details: 'bad port',
          },
        }),
        listener('b', { error_state: { failed_configuration: { name: 'b' }, details: 'no address' } }),
        listener('c', { warming_state: own('c') }),
        listener('d', { active_state: own('d'), draining_state: own('d'), warming_state: own('d') }),
      ],
      static_listeners: [own('s')],
    }),
    section('Secrets', { dynamic_warming_secrets: ['x', 'y'].map((name) => ({ name, secret: { name } })) }),
  )

test('rejected and warming entries: a STATE column, its tone, and what Envoy says', async () => {
  const view = viewOf('listeners', await inStates())
  const states = view.rows.map(({ name, tones }, at) => `${name} ${cellsOf(view, 'state')[at]} ${tones?.state ?? ''}`)
  assert.deepEqual(states.toSorted(), [
    'a ACTIVE ',
    'a ERROR bad',
    'b ERROR bad',
    'c WARMING warning',
    'd ACTIVE ',
    'd DRAINING warning',
    'd WARMING warning',
    's STATIC ',
  ])
  assert.deepEqual(view.notes, [
    'Envoy rejected listener "a" at 2026-01-01T00:00:00Z: bad port',
    'Envoy rejected listener "b": no address',
    '2 listeners warming: Envoy does not use them yet; secrets that have not arrived: x, y.',
  ])
  assert.equal(view.columns.find(({ key }) => key === 'state')?.wide, undefined)
  assert.deepEqual(viewOf('listeners', await inStates(), { wanted: { name: 'c' } }).notes, [
    '1 listener warming: Envoy does not use it yet; secrets that have not arrived: x, y.',
  ])
  assert.deepEqual(viewOf('listeners', await inStates(), { wanted: { name: 's' } }).notes, [])
  const calm = viewOf(
    'listeners',
    await dumpOfSections(
      section('Listeners', {
        static_listeners: [own('s')],
        dynamic_listeners: [listener('d', { active_state: own('d') })],
      }),
    ),
  )
  assert.equal(calm.columns.find(({ key }) => key === 'state')?.wide, true, 'not worth a column')
})

test('of many notes of one kind five are shown, the others counted', async () => {
  const hosts = (count: number) =>
    dumpOfSections(
      section('Routes', {
        static_route_configs: [
          {
            route_config: {
              name: 'r',
              virtual_hosts: Array.from({ length: count }, (_, at) => ({
                name: `h${at}`,
                domains: [`h${at}`],
                routes: [{ match: { prefix: '/' } }, { match: { prefix: '/a' } }],
              })),
            },
          },
        ],
      }),
    )
  for (const [count, expected] of [
    [4, 4],
    [5, 5],
    [6, 6],
  ] as const)
    assert.equal(viewOf('routes', await hosts(count)).notes.length, expected)
  assert.equal(viewOf('routes', await hosts(6)).notes[5], '… and 1 more notes of this kind.')
  assert.equal(viewOf('routes', await hosts(8)).notes[5], '… and 3 more notes of this kind.')
  assert.deepEqual(
    viewOf('routes', await hosts(8), { wanted: { name: 'none' } }).notes,
    [],
    'none of what is not shown',
  )
})

const cluster = (name: string) => ({ cluster: { name } })
const clustersNamed = (...names: readonly string[]) =>
  dumpOfSections(section('Clusters', { static_clusters: names.map(cluster) }))

test('an empty table: whether filters are the reason, and what they nearly match, four of it', async () => {
  const empty = async (count: number, wanted: Record<string, string>) =>
    viewOf('clusters', await clustersNamed(...Array.from({ length: count }, (_, at) => `outbound|80|v${at}|web`)), {
      wanted,
    }).empty
  assert.equal(await empty(0, {}), 'No clusters found in dump.')
  assert.equal(await empty(1, { subset: 'x' }), 'No clusters found that match the filters in dump.')
  assert.equal(
    await empty(1, { subset: 'V' }),
    'No clusters found that match the filters in dump. --subset matches the full name, for example v0.',
  )
  assert.match(await empty(4, { subset: 'v' }), /for example v0, v1, v2, v3\.$/)
  assert.match(await empty(5, { subset: 'v' }), /for example v0, v1, v2, v3, …$/)
  assert.equal(await empty(2, { subset: 'v1', port: '1' }), 'No clusters found that match the filters in dump.')
})

test('a dump without the section: what it has, or what it is', async () => {
  const missing = async (dump: Parameters<typeof viewOf>[1], kind = 'clusters') => {
    try {
      viewOf(kind, dump)
      return 'none'
    } catch (error) {
      assert.ok(error instanceof Error && 'hint' in error)
      return `${error.message} / ${error.hint}`
    }
  }
  assert.equal(
    await missing(await dumpOfSections()),
    'dump has no ClustersConfigDump section / Ask Envoy for it: config_dump?mask=static_clusters,dynamic_active_clusters,dynamic_warming_clusters',
  )
  const statuses = await readDump(Buffer.from('{"cluster_statuses":[]}'), 'dump')
  assert.equal(
    await missing(statuses),
    'dump is the output of /clusters?format=json: it holds endpoints, not clusters / Try: kubectl proxy-config endpoints --file dump',
  )
  const some = await dumpOfSections(section('Routes', {}), section('Secrets', {}))
  assert.match(
    await missing(some),
    /^dump has no ClustersConfigDump section; it holds: RoutesConfigDump, SecretsConfigDump \//,
  )
})

test('a dump is printed as one, of a kind that is narrowed only what passes', async () => {
  const dump = await dumpOfSections(
    section('Clusters', {
      version_info: '7',
      static_clusters: [cluster('a'), cluster('b')],
      dynamic_active_clusters: [cluster('c')],
    }),
    section('ScopedRoutes', {
      inline_scoped_route_configs: [
        { name: 'set', scoped_route_configs: [{ name: 'x' }, { name: 'y' }] },
        { name: 'gone', scoped_route_configs: [{ name: 'z' }] },
      ],
    }),
    { '@type': 'type.googleapis.com/some.Other', a_b: 1 },
  )
  const printed = (wanted: Record<string, string>, camelCase: boolean) =>
    wholeOf(
      dumpDocument(resourceKinds, dump, {
        wanted: ({ name }) =>
          (name === 'clusters' && 'fqdn' in wanted) || (name === 'scopes' && 'name' in wanted) ? wanted : {},
        now,
        camelCase,
      }),
    )
  const type = (name: string) => `type.googleapis.com/${name}`
  const scopes = (...names: readonly string[]) => ({
    name: 'set',
    scoped_route_configs: names.map((name) => ({ name })),
  })
  const other = { '@type': type('some.Other'), a_b: 1 }
  assert.deepEqual(printed({}, false), {
    configs: [
      {
        '@type': type('envoy.admin.v3.ClustersConfigDump'),
        version_info: '7',
        static_clusters: [cluster('a'), cluster('b')],
        dynamic_active_clusters: [cluster('c')],
      },
      {
        '@type': type('envoy.admin.v3.ScopedRoutesConfigDump'),
        inline_scoped_route_configs: [scopes('x', 'y'), { ...scopes('z'), name: 'gone' }],
      },
      other,
    ],
  })
  assert.deepEqual(printed({ fqdn: 'b' }, true), {
    configs: [
      {
        '@type': type('envoy.admin.v3.ClustersConfigDump'),
        versionInfo: '7',
        staticClusters: [cluster('b')],
        dynamicActiveClusters: [],
      },
      {
        '@type': type('envoy.admin.v3.ScopedRoutesConfigDump'),
        inlineScopedRouteConfigs: [
          { name: 'set', scopedRouteConfigs: [{ name: 'x' }, { name: 'y' }] },
          { name: 'gone', scopedRouteConfigs: [{ name: 'z' }] },
        ],
      },
      other,
    ],
  })
  assert.deepEqual(Reflect.get(Object(printed({ name: 'y' }, false)), 'configs')[1], {
    '@type': type('envoy.admin.v3.ScopedRoutesConfigDump'),
    inline_scoped_route_configs: [scopes('y')],
  })
})

test('rows of a section: json has the section, an item of each row, in the case of its fields', async () => {
  const secrets = {
    static_secrets: [{ name: 'a', secret: { name: 'a' } }],
    dynamic_active_secrets: [{ name: 'b', version_info: '7', secret: { name: 'b' } }],
  }
  const view = viewOf('secrets', await dumpOfSections(section('Secrets', secrets)), { wanted: { name: 'b' } })
  assert.deepEqual(documentOf(view), {
    staticSecrets: [],
    dynamicActiveSecrets: [{ name: 'b', versionInfo: '7', secret: { name: 'b' } }],
  })
  assert.deepEqual(wholeOf(view.raw()), {
    static_secrets: [],
    dynamic_active_secrets: [secrets.dynamic_active_secrets[0]],
  })
  assert.deepEqual([...((await view.rowItems?.()) ?? [])], [{ name: 'b', versionInfo: '7', secret: { name: 'b' } }])
  const clusters = viewOf(
    'clusters',
    await dumpOfSections(section('Clusters', { static_clusters: [{ cluster: { name: 'a', lb_policy: 'RANDOM' } }] })),
  )
  assert.deepEqual([...((await clusters.rowItems?.()) ?? [])], [{ name: 'a', lbPolicy: 'RANDOM' }])
  assert.deepEqual(wholeOf(clusters.raw()), [{ name: 'a', lb_policy: 'RANDOM' }])
  const ecds = (name: string) => section('Ecds', { ecds_filters: [{ ecds_filter: { name } }] })
  assert.deepEqual(
    documentOf(viewOf('ecds', await dumpOfSections(ecds('a'), ecds('b')))),
    { ecdsFilters: [{ ecdsFilter: { name: 'a' } }, { ecdsFilter: { name: 'b' } }] },
    'sections of one kind are one',
  )
})

test('keys are ordered by value or by code unit', () => {
  assert.deepEqual([10, 9, 9, 100].toSorted(compareKeys), [9, 9, 10, 100])
  assert.deepEqual(['b', 'B', 'a', '10', '9'].toSorted(compareKeys), ['10', '9', 'B', 'a', 'b'])
  assert.equal(compareKeys('a', 'a'), 0)
})

test('rows without a table: those that pass, in the order of the kind', async () => {
  const rows = rowsOfKind(kindNamed('clusters'), await clustersNamed('b', 'a', 'ab'), { wanted: { fqdn: 'a' }, now })
  assert.deepEqual(
    rows.map(({ entry }) => entry.name),
    ['a', 'ab'],
  )
})

test('the schema has the columns of each form of its kind', () => {
  assert.deepEqual(
    resourceSchemas
      .filter(({ columns }) => columns.length > 1)
      .map(({ name, columns }) => `${name} ${columns.map(({ length }) => length).join(' ')}`),
    ['listeners 13 8', 'routes 11 5', 'endpoints 8 11'],
  )
})
