import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { joinViews } from '../../src/commands/proxies/fleet/join-views.ts'
import { redactedView } from '../../src/output/redacted-view.ts'
import { sortedView } from '../../src/output/sort.ts'
import { customColumns } from '../../src/output/template/custom-columns.ts'
import { jsonpathText } from '../../src/output/template/jsonpath-text.ts'
import type { View } from '../../src/view.ts'
import { runProgram } from '../run-program.ts'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
const dumpOf = (fixture: string) => join(fixtures, fixture, 'config_dump.json')
const file = ['--file', dumpOf('sidecar')]

async function printed(...argv: string[]): Promise<string> {
  const { code, out, err } = await runProgram(argv)
  assert.equal(code, 0, err)
  return out
}

async function refused(...argv: string[]): Promise<string> {
  const { code, out, err } = await runProgram(argv)
  assert.deepEqual({ code, out }, { code: 1, out: '' })
  return err
}

const reviews = ['clusters', ...file, '--fqdn', 'reviews']

test('a template sees the list of -o json as kubectl has it, and as it is', async () => {
  const names = JSON.parse(await printed(...reviews, '-o', 'json')).map(({ name }: { name: string }) => name)
  assert.equal(names.length, 4)
  assert.equal(await printed(...reviews, '-o', 'jsonpath={.items[*].name}'), names.join(' '))
  assert.equal(await printed(...reviews, '-o', 'jsonpath={[*].name}'), names.join(' '))
  assert.equal(await printed(...reviews, '-o=jsonpath={.items[1].name}'), names[1])
  assert.equal(
    await printed(...reviews, '-ojsonpath={range .items[*]}{.name}{"\\t"}{.type}{"\\n"}{end}'),
    names.map((name: string) => `${name}\tEDS\n`).join(''),
  )
  assert.equal(
    await printed('clusters', ...file, '-o', 'jsonpath={.items[?(@.type=="ORIGINAL_DST")].name}'),
    'inbound|9080|| InboundPassthroughCluster PassthroughCluster',
  )
  assert.deepEqual(JSON.parse(await printed(...reviews, '-o', 'jsonpath-as-json={.items[*].name}')), names)
})

test('of what is no list, .items is what it lists: the entries of a section, a document itself', async () => {
  assert.equal(await printed('secrets', ...file, '-o', 'jsonpath={.items[*].name}'), 'default ROOTCA')
  assert.equal(await printed('secrets', ...file, '-o', 'jsonpath={.dynamicActiveSecrets[*].name}'), 'default ROOTCA')
  const version = await printed('bootstrap', ...file, '-o', 'jsonpath={.bootstrap.node.userAgentName}')
  assert.equal(version, 'envoy')
  assert.equal(await printed('bootstrap', ...file, '-o', 'jsonpath={.items[*].bootstrap.node.userAgentName}'), version)
  const traced = ['trace', ...file, 'http://reviews:9080/x', '-o', 'jsonpath={.alternatives[*].outcome.kind}']
  assert.match(await printed(...traced), /^upstream( upstream)*$/)
})

test('of several proxies a template has the things of all, and a table of columns the proxy in front', async () => {
  const nothing = { columns: [], rows: [], raw: () => ({ value: null }), notes: [], empty: '' }
  const things: View = { ...nothing, kind: 'x', document: () => ({ list: [{ name: 'b' }, { name: 'c' }] }) }
  const both = joinViews([
    { proxy: 'web.default', view: { ...things, document: () => ({ list: [{ name: 'a' }] }) } },
    { proxy: 'api.default', view: things },
  ])
  const shown = redactedView(both, false)
  assert.equal([...jsonpathText(shown, '{.items[*].name}')].join(''), 'a b c')
  assert.equal([...jsonpathText(shown, "{['api\\.default'][0].name}")].join(''), 'b')
  const columns = await customColumns(shown, [{ header: 'NAME', path: '.name' }], { headers: true })
  assert.equal([...columns].join(''), 'PROXY         NAME\nweb.default   a\napi.default   b\napi.default   c\n')
  const sorted = await sortedView(shown, '.name', 'document')
  assert.equal([...jsonpathText(sorted, '{.items[*].name}')].join(''), 'a b c')
})

test('a table of custom columns: <none>, commas, JSON, headers, the width of the terminal', async () => {
  const spec = 'custom-columns=NAME:.name,TYPE:{.type},NOTHING:.none,MANY:[*],OBJECT:.edsClusterConfig.edsConfig'
  const lines = (
    await printed(...reviews, '--subset', 'v1', '-o', spec.replace('MANY:[*],', 'MANY:..resourceApiVersion,'))
  ).split('\n')
  assert.match(lines[0] ?? '', /^NAME +TYPE +NOTHING +MANY +OBJECT$/)
  assert.match(
    lines[1] ?? '',
    /^outbound\|9080\|v1\|reviews\.default\.svc\.cluster\.local +EDS +<none> +V3,V3,V3 +\{"resourceApiVersion":"V3",.*\}$/,
  )
  const columns = 'custom-columns=N:.name,L:.metadata.filterMetadata.istio.services'
  assert.doesNotMatch(await printed(...reviews, '-o', columns, '--no-headers'), /^N/m)
  const { out } = await runProgram([...reviews, '-o', columns], { columns: 80 })
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
  assert.match(out, /…/)
})

test('templates and columns come from files as well', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [template, columns, bad] = [join(folder, 'a'), join(folder, 'b'), join(folder, 'c')]
  writeFileSync(template, '{range .items[*]}{.name}\n{end}')
  writeFileSync(columns, 'NAME   TYPE\n.name  .type\n')
  writeFileSync(bad, 'NAME TYPE\n.name\n')
  const names = (await printed(...reviews, '-o', 'jsonpath={.items[*].name}')).split(' ')
  assert.equal(await printed(...reviews, '-o', `jsonpath-file=${template}`), `${names.join('\n')}\n`)
  assert.equal(
    await printed(...reviews, '-o', `custom-columns-file=${columns}`),
    await printed(...reviews, '-o', 'custom-columns=NAME:.name,TYPE:.type'),
  )
  assert.match(
    await refused(...reviews, '-o', `custom-columns-file=${bad}`),
    /number of headers \(2\) and field specifications \(1\)/,
  )
  assert.match(
    await refused(...reviews, '-o', `jsonpath-file=${folder}/none`),
    /error reading template .*none: no such file or directory/,
  )
  assert.match(await refused(...reviews, '-o', `jsonpath-file=${folder}`), /is a directory/)
  assert.match(await refused(...reviews, '-o', 'jsonpath-file=/dev/zero'), /larger than 16 MiB/)
})

test('what is wrong with a template is told in kubectl words, before anything is read', async () => {
  const nowhere = ['clusters', '--file', '/nonexistent', '-o']
  assert.match(await refused(...nowhere, 'jsonpath'), /^error: template format specified but no template given\n/)
  assert.match(await refused(...nowhere, 'jsonpath='), /^error: template format specified but no template given\n/)
  assert.match(
    await refused(...nowhere, 'custom-columns='),
    /^error: custom-columns format specified but no custom columns given\n/,
  )
  assert.match(
    await refused(...nowhere, 'custom-columns=A'),
    /^error: unexpected custom-columns spec: A, expected <header>:<json-path-expr>\n/,
  )
  assert.match(await refused(...nowhere, 'custom-columns=A:.b[}'), /^error: unexpected path string|unterminated array/)
  assert.match(
    await refused(...nowhere, 'jsonpath={.items[}'),
    /^error: error parsing jsonpath \{\.items\[\}, unterminated array\n/,
  )
  assert.match(await refused(...nowhere, 'jsonpath={end}'), /not in range, nothing to end/)
  assert.match(
    await refused(...nowhere, 'json={.a}'),
    /unable to match a printer suitable for the output format "json=\{\.a\}"/,
  )
  assert.match(
    await refused(...reviews, '-o', 'jsonpath={.items[9].name}'),
    /^error: error executing jsonpath "\{\.items\[9\]\.name\}": array index out of bounds: index 9, length 4\n/,
  )
})

test('what a path finds is printed without control characters, on its own line only where the template says so', async () => {
  const name = 'a\u001b[31m\nb\u202e'
  const type = 'type.googleapis.com/envoy'
  const stdin = JSON.stringify({
    configs: [
      {
        '@type': `${type}.admin.v3.ClustersConfigDump`,
        static_clusters: [{ cluster: { '@type': `${type}.config.cluster.v3.Cluster`, name, alt_stat_name: 'x' } }],
      },
    ],
  })
  for (const [output, expected] of [
    ['jsonpath={.items[*].name}', 'a^[[31m\\nb\\u202e'],
    ['jsonpath={.items[*].name}{"\\n"}', 'a^[[31m\\nb\\u202e\n'],
    ['custom-columns=N:.name', 'N\na^[[31m\\nb\\u202e\n'],
    ['jsonpath={.items[0].constructor}{.items[0].__proto__}', ''],
  ] as const) {
    const { out } = await runProgram(['clusters', '--file', '-', '-o', output], { stdin })
    assert.equal(out, expected)
  }
  const { out } = await runProgram(['clusters', '--file', '-', '-o', 'jsonpath={.items[0]}'], { stdin })
  assert.equal(JSON.parse(out).name, name)
  assert.doesNotMatch(out, /[\u001b\u202e]/)
})

test('--sort-by accepts a column, or a path in what a row comes from', async () => {
  const names = async (...argv: string[]) =>
    (await printed('clusters', ...file, '--port', '9080', ...argv, '-o', 'name')).trim().split('\n')
  const byPath = await names('--sort-by', '{.name}')
  assert.deepEqual(
    byPath,
    [...byPath].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })),
  )
  assert.deepEqual(await names('--sort-by=.name'), byPath)
  assert.notDeepEqual(await names('--sort-by', 'service-fqdn'), byPath)
  const json = JSON.parse(await printed('clusters', ...file, '--port', '9080', '--sort-by', '.name', '-o', 'json'))
  assert.deepEqual(
    json.map(({ name }: { name: string }) => `cluster/${name}`),
    byPath,
  )
  const columns = await printed(
    'clusters',
    ...file,
    '--port',
    '9080',
    '--sort-by',
    '.name',
    '-o',
    'custom-columns=N:.name',
    '--no-headers',
  )
  assert.deepEqual(
    columns
      .trim()
      .split('\n')
      .map((name) => `cluster/${name}`),
    byPath,
  )
  assert.match(
    await refused('clusters', ...file, '--sort-by', 'nothing'),
    /there is no column "nothing" to sort by; the columns are: "SERVICE FQDN"/,
  )
  assert.match(
    await refused('clusters', ...file, '--sort-by', '.nothing'),
    /couldn't find any field with path "\.nothing" in the list of objects/,
  )
  assert.match(
    await refused('clusters', ...file, '--sort-by', '.nothing', '-o', 'json'),
    /couldn't find any field with path/,
  )
  const secrets = await printed('secrets', ...file, '--sort-by', '.versionInfo', '-o', 'name')
  assert.match(secrets, /secret\/default/)
})
