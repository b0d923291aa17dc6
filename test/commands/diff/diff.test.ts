import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { patch } from 'jsondiffpatch/formatters/jsonpatch'
import { isObject, type JsonObject, objectOf, objectsOf } from '../../../src/envoy/json.ts'
import { before, diff, dump, folder, moved, same, saved } from './made-dump.ts'

/** What a patch looks at, of the route configuration. */
function routesOf(weight: number) {
  const clusters = [
    { name: 'v1', weight },
    { name: 'v2', weight: 100 - weight },
  ]
  return { 9080: { virtual_hosts: [{ routes: [{ route: { weighted_clusters: { clusters } } }] }] } }
}

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
