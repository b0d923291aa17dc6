import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { resolveAccess } from '../../../src/fetch/kube/auth/resolve-access.ts'
import { testHost } from '../../fetch/kube/test-host.ts'
import { runProgram } from '../../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'yaml-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const dump = file(
  'dump.yaml',
  `base: &section {'@type': type.googleapis.com/envoy.admin.v3.ClustersConfigDump}
configs:
- <<: *section
  static_clusters:
  - cluster: &cluster {name: one, type: STATIC, connect_timeout: 3s}
  - cluster: {<<: *cluster, name: two}
  - cluster: {name: three, <<: [*cluster]}
`,
)

const sectionOf = (kind: string) => ({ '@type': `type.googleapis.com/envoy.admin.v3.${kind}ConfigDump` })

test('a merge key of a dump stands for the keys of what it names; own keys win wherever they stand', async () => {
  const { code, out, err } = await runProgram(['clusters', '--file', dump, '-o', 'json'])
  assert.equal(code, 0, err)
  for (const name of ['one', 'two', 'three']) assert.match(out, new RegExp(`"name": "${name}"`))
  assert.equal(out.match(/"3s"/g)?.length, 3)
})

test('a merge key of requests and of a config of lint is read as well', async () => {
  const cases = file(
    'cases.yaml',
    `- &first {name: first, request: &request {url: 'http://a/'}, expect: {flags: NR}}
- {<<: *first, name: second, request: {<<: *request, method: POST}}
`,
  )
  const whole = { configs: ['Clusters', 'Listeners', 'Routes'].map(sectionOf) }
  const traced = await runProgram([
    'trace',
    '--file',
    file('whole.json', JSON.stringify(whole)),
    '--requests',
    cases,
    '-o',
    'json',
  ])
  assert.match(traced.out + traced.err, /second/)
  const config = file('lint.yaml', 'base: &base {rule: dns-failure}\nexclude:\n- {<<: *base, reason: known}\n')
  const linted = await runProgram(['lint', '--file', dump, '--config', config])
  assert.doesNotMatch(linted.err, /exclude|<</)
})

test('a merge key of a kubeconfig is read as kubectl reads it', () => {
  const kubeconfig = file(
    'config',
    `apiVersion: v1
kind: Config
current-context: a
clusters: [{name: a, cluster: {server: 'https://a.example'}}]
contexts: [{name: a, context: {<<: &base {cluster: a, user: a}, namespace: shop}}]
users: [{name: a, user: {token: '017'}}]
`,
  )
  const { namespace, server } = resolveAccess({ kubeconfig }, testHost({}))
  assert.equal(namespace, 'shop')
  assert.equal(String(server), 'https://a.example')
})

test('a member called << is printed so that no reader merges it', async () => {
  const stdin = JSON.stringify({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
        static_clusters: [{ cluster: { name: 'a', metadata: { filter_metadata: { x: { '<<': { name: 'b' } } } } } }],
      },
    ],
  })
  const { out } = await runProgram(['clusters', '--file', '-', '-o', 'yaml'], { stdin })
  assert.match(out, /"<<":/)
})

const list = (count: number, item: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => item(at)).join(',')

/** Texts of a few kilobytes that stand for more than memory holds, for themselves, or for what no object is made of. */
const hostile: readonly (readonly [name: string, text: string, fault: RegExp])[] = [
  [
    'an alias bomb',
    `a: &a [lol,lol]\n${[...'bcdefghi'].map((to, at) => `${to}: &${to} [${list(10, () => `*${'abcdefgh'[at]}`)}]`).join('\n')}\nclusters: [*i]\n`,
    /YAML aliases \(\*name\) that stand for more than 10 MB/,
  ],
  [
    'a bomb of merge keys',
    `base: &b {${list(2000, (at) => `k${at}: 1`)}}\nclusters: [${list(2000, () => '{<<: *b}')}]\n`,
    /YAML merge keys \(<<\) that stand for too many keys/,
  ],
  [
    'a merge key of a long list',
    `base: &b {a: 1}\nclusters:\n- {<<: [${list(100_000, () => '*b')}]}\n`,
    /YAML merge keys \(<<\) that stand for too many keys/,
  ],
  ['a merge key of a number', 'clusters:\n- {<<: 1}\n', /line 2/],
  ['an anchor in itself', 'clusters: &a [*a]\n', /YAML anchor \(&name\) that holds itself/],
]

for (const [name, text, fault] of hostile) {
  test(`${name} is refused in one line, wherever YAML is read`, async () => {
    const path = file('hostile.yaml', text)
    for (const words of [
      ['clusters', '--file', path],
      ['trace', '--file', dump, '--requests', path],
      ['lint', '--file', dump, '--config', path],
      ['lint', '--file', dump, '--baseline', path],
      ['clusters', 'pod', '--kubeconfig', path],
    ]) {
      const began = process.cpuUsage()
      const { code, out, err } = await runProgram(words)
      const { user } = process.cpuUsage(began)
      assert.ok(code !== 0, words.join(' '))
      assert.equal(out, '')
      assert.match(err, fault, words.join(' '))
      assert.equal(
        err
          .trim()
          .split('\n')
          .filter((line) => line.startsWith('error: ')).length,
        1,
        err,
      )
      assert.doesNotMatch(err, /internal error/)
      assert.ok(user < 2_000_000, `${words.join(' ')}: ${user} µs`)
    }
  })
}
