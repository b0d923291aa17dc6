import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { patch } from 'jsondiffpatch/formatters/jsonpatch'
import { isObject, type Json, type JsonObject, objectOf, objectsOf } from '../../../src/envoy/json.ts'
import { dumpWith } from '../../analyses/diff/dumps.ts'
import { runProgram } from '../../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'diff-'))
after(() => rmSync(folder, { recursive: true }))

function saved(name: string, content: Json | string): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

interface Shape {
  readonly weight?: number
  readonly clusters?: readonly string[]
}

/** A proxy with a listener at 9080 whose one route shares requests between two clusters. */
function dump({ weight = 80, clusters = ['v1', 'v2'] }: Shape = {}): JsonObject {
  const http = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'x',
    rds: { route_config_name: '9080', config_source: { ads: {} } },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  }
  const found = dumpWith({
    clusters: clusters.map((name, index) => ({
      name,
      type: 'STATIC',
      load_assignment: hostsOf(name, `10.0.0.${index + 1}`),
    })),
    listeners: [
      {
        name: '0.0.0.0_9080',
        address: { socket_address: { address: '0.0.0.0', port_value: 9080 } },
        filter_chains: [{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: http }] }],
      },
    ],
    routes: [
      {
        name: '9080',
        virtual_hosts: [
          {
            name: 'reviews:9080',
            domains: ['*'],
            routes: [
              {
                name: 'r',
                match: { prefix: '/' },
                route: {
                  weighted_clusters: {
                    clusters: [
                      { name: 'v1', weight },
                      { name: 'v2', weight: 100 - weight },
                    ],
                  },
                },
                metadata: {
                  filter_metadata: {
                    istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/reviews' },
                  },
                },
              },
            ],
          },
        ],
      },
    ],
  })
  return {
    ...found,
    configs: [...objectsOf(found.configs), { '@type': 'type.googleapis.com/envoy.admin.v3.EndpointsConfigDump' }],
  }
}

function hostsOf(cluster_name: string, address: string): JsonObject {
  const endpoint = { address: { socket_address: { address, port_value: 8080 } } }
  return { cluster_name, endpoints: [{ lb_endpoints: [{ endpoint }] }] }
}

const before = saved('before.json', dump())
const same = saved('same.json', dump())
const moved = saved('after.json', dump({ weight: 20, clusters: ['v1', 'v2', 'v3'] }))
const diff = (...argv: string[]) => runProgram(['diff', ...argv])

test('two equal dumps: nothing on stdout, exit code 0', async () => {
  assert.deepEqual(await diff('--file', before, '--file', same), { code: 0, out: '', err: 'No differences.\n' })
})

test('two dumps that differ: a summary, then by resource with the object behind it, exit code 1', async () => {
  const { code, out } = await diff('--file', before, '--file', moved)
  assert.equal(code, 1)
  assert.deepEqual(out.split('\n'), [
    `--- ${before}`,
    `+++ ${moved}`,
    'clusters: 1 added; routes: 1 changed',
    '',
    'clusters',
    '  + v3',
    '',
    'routes',
    '  ~ 9080',
    '      virtual host reviews:9080, route r, cluster v1: weight 80 -> 20  (virtualservice/reviews.shop)',
    '      virtual host reviews:9080, route r, cluster v2: weight 20 -> 80  (virtualservice/reviews.shop)',
    '',
  ])
})

test('-o jsonl has a row for each change, -o json the same as a document, -o patch what leads from one to the other', async () => {
  const lines = (await diff('--file', before, '--file', moved, '-o', 'jsonl')).out.trimEnd().split('\n')
  const rows: JsonObject[] = lines.map((line) => JSON.parse(line))
  assert.deepEqual(
    rows.map(({ resourceKind, name, difference, from, to, object }) => [
      resourceKind,
      name,
      difference,
      from,
      to,
      object,
    ]),
    [
      ['clusters', 'v3', 'added', null, null, null],
      ['routes', '9080', 'changed', '80', '20', 'virtualservice/reviews.shop'],
      ['routes', '9080', 'changed', '20', '80', 'virtualservice/reviews.shop'],
    ],
  )
  const document: JsonObject = JSON.parse((await diff('--file', before, '--file', moved, '-o', 'json')).out)
  assert.deepEqual([document.match, document.compared], [false, 1])
  const ops = JSON.parse((await diff('--file', before, '--file', moved, '-o', 'patch')).out)
  const side = { clusters: { v1: {}, v2: {} }, routes: routesOf(80) }
  patch(side, ops)
  assert.deepEqual(Object.keys(side.clusters).sort(), ['v1', 'v2', 'v3'])
  assert.deepEqual(side.routes, routesOf(20))
})

/** What a patch looks at, of the route configuration. */
function routesOf(weight: number) {
  const clusters = [
    { name: 'v1', weight },
    { name: 'v2', weight: 100 - weight },
  ]
  return { 9080: { virtual_hosts: [{ routes: [{ route: { weighted_clusters: { clusters } } }] }] } }
}

test('-o unified is a diff of the canonical resources', async () => {
  const { out } = await diff('--file', before, '--file', moved, '-o', 'unified', '--type', 'routes')
  assert.match(out, /^--- .*before\.json routes\n\+\+\+ .*after\.json routes\n@@ /)
  assert.deepEqual(
    out
      .split('\n')
      .filter((line) => /^[-+] /.test(line))
      .map((line) => line.replace(/\s+/g, ' ')),
    ['- "weight": 80', '+ "weight": 20', '- "weight": 20', '+ "weight": 80'],
  )
})

test('words name resources, --type kinds, --ignore places', async () => {
  const files = ['--file', before, '--file', moved]
  assert.equal((await diff(...files, 'clusters/v1')).code, 0)
  assert.equal((await diff(...files, 'routes/9080', '-o', 'name')).out, 'route/9080\n')
  assert.equal((await diff(...files, '--type', 'cds', '-o', 'name')).out, 'cluster/v3\n')
  const { code, err } = await diff(...files, 'routes/9080', '--ignore', '..weight')
  assert.deepEqual([code, err], [0, '--ignore leaves out differences in 1 resource.\nNo differences.\n'])
})

test('a path of --ignore that no difference lies at is named with the form of paths, where something differs', async () => {
  const unmatched = (err: string) =>
    err.split('\n').flatMap((line) => /^--ignore (\S+) matches no/.exec(line)?.[1] ?? [])
  const files = ['--file', before, '--file', moved]
  const paths = ['routes:..weight', '..wait', 'clusters:..weight', 'routes/9080:..weight'].flatMap((path) => [
    '--ignore',
    path,
  ])
  const { code, err } = await diff(...files, ...paths)
  assert.equal(code, 1)
  assert.deepEqual(unmatched(err), ['..wait', 'clusters:..weight'])
  assert.match(err, /routes:virtual_hosts\.routes\.route\.timeout/)
  assert.equal((await diff('--file', before, '--file', same, '--ignore', '..wait')).err, 'No differences.\n')
  const three = await diff(...files, '--file', before, ...paths)
  assert.deepEqual(unmatched(three.err), ['..wait', 'clusters:..weight'])
})

test('--requests names the requests that come to something else', async () => {
  const requests = saved('cases.yaml', 'tests:\n- {name: home, request: "http://reviews:9080/"}\n')
  const { code, out } = await diff('--file', before, '--file', moved, '--requests', requests)
  assert.equal(code, 1)
  assert.match(
    out,
    /\n1 request comes to something else in .*after\.json\n {2}~ home: v1 80 %, v2 20 % -> v1 20 %, v2 80 %\n$/,
  )
  assert.equal((await diff('--file', before, '--file', same, '--requests', requests)).code, 0)
})

test('several dumps are held against each other: the odd one first, and what it lacks', async () => {
  const { code, out } = await diff('--file', before, '--file', moved, '--file', same)
  assert.equal(code, 1)
  assert.deepEqual(out.split('\n').slice(0, 5), [
    `1 of 3: ${moved}`,
    `2 of 3: ${before}, ${same}`,
    '',
    `--- ${before}`,
    `+++ ${moved}`,
  ])
  assert.equal((await diff('--file', before, '--file', same, '--file', before)).code, 0)
})

test('of groups of one size the first is the one that the others are held against', async () => {
  const { out } = await diff('--file', before, '--file', moved, '--file', saved('weight.json', dump({ weight: 1 })))
  assert.match(out, new RegExp(`1 of 3: ${before}\n\n--- ${before}\n`))
})

test('a dump that lacks kinds hides no difference between the others, and that it lacks them is said', async () => {
  const clusters = saved('clusters.json', { configs: objectsOf(dump().configs).slice(0, 1) })
  const weight = saved('other-weight.json', dump({ weight: 1 }))
  for (const files of [
    [clusters, before, weight],
    [before, clusters, weight],
  ]) {
    const { code, out, err } = await diff(...files.flatMap((file) => ['--file', file]))
    assert.equal(code, 1)
    assert.match(out, /weight 80 -> 1 /)
    assert.match(err, /routes not compared: .*clusters\.json has no routes in its dump\n/)
  }
})

test('of three one that cannot be read is named once; with fewer than two there is no answer', async () => {
  const text = saved('text.json', 'hello')
  const three = await diff('--file', before, '--file', same, '--file', text)
  assert.deepEqual([three.code, three.out], [2, ''])
  assert.match(three.err, new RegExp(`^error: ${text} is not an Envoy config dump`, 'm'))
  const one = await diff('--file', before, '--file', text, '--file', join(folder, 'none.json'))
  assert.deepEqual([one.code, one.out], [2, ''])
  assert.match(
    one.err,
    /^error: there are no two proxies to compare: .*text\.json is not an Envoy config dump.* \(and 1 more\)$/m,
  )
  assert.doesNotMatch(one.err, /No differences/)
})

test('folders: what could not be read does not count as compared', async () => {
  const [first, second] = ['first', 'second'].map((name) => {
    mkdirSync(join(folder, name))
    saved(`${name}/a.json`, dump())
    saved(`${name}/b.json`, dump())
    return join(folder, name)
  })
  saved('second/b.json', '{"configs": [}')
  const { code, err } = await diff('--file', first ?? '', '--file', second ?? '')
  assert.equal(code, 2, err)
  assert.match(err, /1 proxy was compared, 0 differ\./)
})

test('two folders: dumps at the same place are compared, whatever the folders are called', async () => {
  for (const [name, weight] of [
    ['yesterday', 80],
    ['today', 30],
  ] as const) {
    mkdirSync(join(folder, name, 'shop'), { recursive: true })
    saved(`${name}/edge.json`, dump())
    saved(`${name}/shop/web.json`, dump({ weight }))
  }
  saved('today/new.json', dump())
  const { code, out, err } = await diff('--file', join(folder, 'yesterday'), '--file', `${join(folder, 'today')}/`)
  assert.equal(code, 1)
  assert.match(
    out,
    /^\+ proxy .*today\/+new\.json\n\n--- .*yesterday\/shop\/web\.json\n\+\+\+ .*today\/+shop\/web\.json\n/,
  )
  assert.match(err, /2 proxies were compared, 1 differ\./)
})

for (const [what, argv, message] of [
  [
    'a resource that is nowhere',
    ['--file', before, '--file', moved, 'routes/908'],
    'no proxy that was read has routes/908',
  ],
  ['nothing to compare', [], 'diff needs a workload, or two of POD'],
  ['one proxy', ['--file', before], 'there is one proxy'],
  [
    'a file and a capture of which no pod is named',
    ['--file', before, '--capture', 'none.zip'],
    'name the pod: diff POD --file FILE --capture FILE',
  ],
  [
    'a file, a capture and the live mesh',
    ['-A', '--file', before, '--capture', 'none.zip'],
    'name the pod: diff POD --file FILE --capture FILE',
  ],
  ['a side that cannot be read', ['--file', before, '--file', join(folder, 'none.json')], 'does not exist'],
  ['a side that is no dump', ['--file', before, '--file', saved('text', 'hello')], 'is not an Envoy config dump'],
  ['no capture to compare with', ['-A'], '--capture FILE is missing'],
  ['a kind that there is not', ['--file', before, '--file', same, '--type', 'pods'], '--type accepts'],
  ['a path that cannot be read', ['--file', before, '--file', same, '--ignore', '['], '--ignore cannot read'],
  [
    'a filter that --type leaves out',
    ['--file', before, '--file', same, 'routes/x', '--type', 'cds'],
    '--type leaves out',
  ],
] as const)
  test(`exit code 2: ${what}`, async () => {
    const { code, out, err } = await diff(...argv)
    assert.deepEqual([code, out], [2, ''])
    assert.ok(err.includes(message), err)
  })

test('a masked dump and a whole one: what only one has is not compared, and that is said', async () => {
  const own = dump()
  const masked = saved('masked.json', { configs: objectsOf(own.configs).slice(0, 1) })
  const { code, err } = await diff('--file', before, '--file', masked)
  assert.equal(code, 0)
  assert.match(err, /listeners not compared: .*masked\.json has no listeners in its dump\n/)
  const other = saved('other.json', { configs: objectsOf(own.configs).slice(1, 2) })
  assert.equal((await diff('--file', masked, '--file', other)).code, 2)
})

test('an update that only one side rejected is a difference, with the reason', async () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}/config_dump.json`, import.meta.url))
  const { code, out } = await diff('--file', fixture('rejected'), '--file', fixture('rejected'))
  assert.deepEqual([code, out], [0, ''])
  const text = await diff('--file', fixture('sidecar'), '--file', fixture('rejected'), '--type', 'listeners')
  assert.match(text.out, /rejected an update: /)
})

test('names from dumps cannot write to the terminal, nor secrets come into any output', async () => {
  const evil = dump({ clusters: ['v1', 'v2', 'x\u001b[31m\u202e'] })
  const secret = (key: string): JsonObject => ({
    configs: [
      ...objectsOf(evil.configs),
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump',
        dynamic_active_secrets: [
          { name: 's', secret: { name: 's', generic_secret: { secret: { inline_string: key } } } },
        ],
      },
    ],
  })
  const [one, other] = [saved('one.json', secret('planted-one')), saved('other2.json', secret('planted-two'))]
  for (const format of ['table', 'json', 'yaml', 'jsonl', 'csv', 'unified', 'patch', 'raw']) {
    const { out, err, code } = await diff('--file', one, '--file', other, '-o', format)
    assert.equal(code, 1)
    assert.doesNotMatch(out + err, /planted|\u001b|\u202e/u)
    const named = await diff('--file', before, '--file', one, '-o', format)
    assert.doesNotMatch(named.out + named.err, /planted|\u001b|\u202e/u)
  }
  assert.ok(isObject(objectOf(evil)))
})
