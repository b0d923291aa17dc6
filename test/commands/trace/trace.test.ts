import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { schemas } from '../../../src/commands/schema/schemas.ts'
import { assertGolden } from '../../golden.ts'
import { runProgram } from '../../run-program.ts'
import { tracedRequests } from './traced-requests.ts'

const dump = (fixture: string) => fileURLToPath(new URL(`../../fixtures/${fixture}/config_dump.json`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'trace-'))
after(() => rmSync(folder, { recursive: true }))

function trace(fixture: string, ...argv: string[]) {
  return runProgram(['trace', '--file', dump(fixture), ...argv])
}

for (const [name, [fixture, ...argv]] of Object.entries(tracedRequests)) {
  test(`the story of ${name}`, async () => {
    const { code, out, err } = await trace(fixture, ...argv)
    assert.equal(code, 0, err)
    assertGolden(
      `trace/${name}.txt`,
      `$ kubectl proxy-config trace ${argv.join(' ')}\n${out}${err === '' ? '' : `--- stderr\n${err}`}`,
    )
  })
}

test('every answer holds to the published schema', async () => {
  const described = (await schemas()).find(({ name }) => name === 'trace-document')
  assert.ok(described)
  const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(JSON.parse(JSON.stringify(described.schema)))
  for (const [name, [fixture, ...argv]] of Object.entries(tracedRequests)) {
    const { out } = await trace(fixture, ...argv, '--explain', '-o', 'json')
    assert.ok(validate(JSON.parse(out)), `${name}: ${JSON.stringify(validate.errors)}`)
  }
  assert.ok(!validate({ proxy: 'x', request: {} }))
})

test('json has alternatives with hops and outcome; drawings are text', async () => {
  const { out } = await trace('sidecar', 'http://reviews:9080/x', '-o', 'json')
  const { alternatives } = JSON.parse(out)
  assert.deepEqual(
    alternatives.map(({ probability }: { probability: number }) => probability),
    [0.8, 0.2],
  )
  for (const { hops, outcome } of alternatives) {
    assert.equal(outcome.kind, 'upstream')
    assert.equal(hops[0].routeConfiguration, '9080')
    assert.ok(hops[0].endpoints[0].probability > 0)
  }
  assert.match((await trace('sidecar', 'http://reviews:9080/x', '-o', 'mermaid')).out, /^flowchart TD\n/)
  assert.match((await trace('sidecar', 'http://reviews:9080/x', '-o', 'dot')).out, /^digraph trace \{\n/)
})

test('a requests file is a routing test: it passes, it fails with exit 1, and routes are counted', async () => {
  const cases = join(folder, 'cases.yaml')
  writeFileSync(
    cases,
    `- name: jason sees v2
  request: {url: "http://reviews:9080/", headers: {end-user: jason}}
  expect: {cluster: "outbound|9080|v2|reviews.default.svc.cluster.local"}
- name: everyone else is split
  request: http://reviews:9080/
  expect:
    cluster:
      outbound|9080|v1|reviews.default.svc.cluster.local: 0.8
      outbound|9080|v3|reviews.default.svc.cluster.local: 0.2
`,
  )
  const passed = await trace('sidecar', '--requests', cases, '--coverage')
  assert.equal(passed.code, 0, passed.out + passed.err)
  assert.match(passed.err, /2 of 2 cases passed\.\n2 of \d+ routes taken/)
  assert.equal((await trace('sidecar', '--requests', cases, '--fail-under', '90')).code, 1)
  writeFileSync(cases, '- {request: "http://reviews:9080/reviews", expect: {outcome: upstream}}\n')
  const failed = await trace('sidecar', '--requests', cases)
  assert.equal(failed.code, 1)
  assert.match(failed.out, /case 1 +FAIL +outcome upstream +redirect/)
})

test('what is no request is refused', async () => {
  for (const argv of [[], ['ftp://x/'], ['http://reviews:9080/', '-H', 'novalue'], ['http://a/', 'http://b/']]) {
    const { code, out, err } = await trace('sidecar', ...argv)
    assert.deepEqual({ code, out }, { code: 1, out: '' }, err)
    assert.match(err, /^error: .+\n/)
    assert.doesNotMatch(err, /defect/)
  }
})

test('what is missing is said before anything is fetched', async () => {
  const refused = async (...argv: string[]) => (await runProgram(['trace', ...argv])).err
  assert.match(
    await refused('web-1'),
    /^error: trace needs the URL of the request after web-1, or --host\nFor example: /,
  )
  assert.match(await refused('http://web/'), /^error: trace needs the proxy that the request passes, before the URL\n/)
  assert.match(await refused('-l', 'app=web'), /^error: trace needs the URL of the request, or --host\n/)
  assert.match(await refused('--source-labels', 'app=web'), /^error: trace needs the URL of the request, or --host\n/)
})

test('a saved /clusters that is something else is refused, not passed over', async () => {
  const file = 'test/fixtures/sidecar/config_dump.json'
  const { code, err } = await runProgram(['trace', 'http://reviews:9080/', '--file', file, '--clusters-file', file])
  assert.equal(code, 1)
  assert.match(
    err,
    /config_dump\.json does not hold the health of endpoints\n--clusters-file accepts what Envoy answers at/,
  )
})
