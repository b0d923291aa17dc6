import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../../run-program.ts'

const dump = fileURLToPath(new URL('../../fixtures/sidecar/config_dump.json', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'trace-requests-'))
after(() => rmSync(folder, { recursive: true }))

const jason = {
  request: { url: 'http://reviews:9080/', headers: { 'end-user': 'jason' } },
  expect: { route: 'testers' },
}
const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

function trace(stdin: string | undefined, ...argv: string[]) {
  return runProgram(['trace', '--file', dump, ...argv], stdin === undefined ? {} : { stdin })
}

function parse(out: string) {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('JSON lines come in at standard input and go out, one for one', async () => {
  const input = lines(jason, { name: 'health', request: 'http://reviews:9080/health', expect: { response_code: 200 } })
  const { code, out, err } = await trace(input, '--requests', '-', '-o', 'jsonl')
  assert.equal(code, 0, err)
  const [first, second] = parse(out)
  assert.deepEqual(
    [first.schema, first.kind, first.name, first.passed, second.name, second.alternatives[0].outcome.status],
    ['proxy-config/v1', 'case', 'line 1', true, 'health', 200],
  )
  assert.equal(err, '2 of 2 cases passed.\n')
})

test('JSON lines in a file of more than one chunk, with blank lines and CRLF, are all traced', async () => {
  const file = join(folder, 'many.jsonl')
  const count = 1500
  writeFileSync(file, lines(...Array.from({ length: count }, () => jason)).replaceAll('\n', '\r\n\r\n'))
  const { code, out, err } = await trace(undefined, '--requests', file, '-o', 'jsonl', '--coverage')
  assert.equal(code, 0, err)
  assert.equal(parse(out).length, count)
  assert.match(err, /^1500 of 1500 cases passed\.\n1 of \d+ routes taken/)
})

test('other formats show JSON lines as a table, and a miss is exit 1', async () => {
  const input = lines(jason, { ...jason, expect: { route: 'default' } })
  const { code, out } = await trace(input, '--requests', '-')
  assert.equal(code, 1)
  assert.match(out, /^line 1 +pass/m)
  assert.match(out, /^line 2 +FAIL +route default +testers/m)
  assert.equal((await trace(input, '--requests', '-', '-o', 'jsonl')).code, 1)
})

test('the requests file of docs/trace.md holds for the captured sidecar', async () => {
  const page = readFileSync(new URL('../../../docs/trace.md', import.meta.url), 'utf8')
  const [, cases] = /```yaml\n(- name: [\s\S]*?)```/.exec(page) ?? []
  assert.ok(cases)
  const { code, err } = await trace(cases, '--requests', '-')
  assert.deepEqual([code, err], [0, '4 of 4 cases passed.\n'])
})

test('a document at standard input still is one', async () => {
  const { code, err } = await trace(`# a comment\n- request: http://reviews:9080/health\n`, '--requests', '-')
  assert.equal(code, 0, err)
  const pretty = await trace(JSON.stringify({ tests: [jason] }, null, 2), '--requests', '-')
  assert.equal(pretty.code, 0, pretty.err)
})

test('a line that cannot be read is named and answered, and the others run', async () => {
  const broken = await trace(`${lines(jason)}{"request": \n${lines(jason)}`, '--requests', '-', '-o', 'jsonl')
  assert.equal(broken.code, 1)
  assert.deepEqual(
    parse(broken.out).map(({ name, passed, error }) => [name, passed, error]),
    [
      ['line 1', true, undefined],
      ['line 2', false, 'line 2: no JSON object'],
      ['line 3', true, undefined],
    ],
  )
  assert.equal(broken.err, '2 of 3 cases passed; 1 cannot be read.\n')
})

test('a case that cannot be read is named by number and name, and the others run', async () => {
  const cases = [jason, { name: 'misspelt', request: { uri: 'x' } }, 'text', { request: 'ftp://reviews/' }, jason]
  const { code, out, err } = await trace(JSON.stringify(cases, null, 1), '--requests', '-')
  assert.equal(code, 1)
  assert.match(out, /^case 1 +pass/m)
  assert.match(out, /^misspelt +ERROR .*case 2: unknown field uri in request/m)
  assert.match(out, /^case 3 +ERROR .*case 3: a case is \{request, expect\}/m)
  assert.match(out, /^case 4 +ERROR .*case 4: cannot trace ftp:/m)
  assert.match(out, /^case 5 +pass/m)
  assert.equal(err, '2 of 5 cases passed; 3 cannot be read.\n')
})

const table = {
  '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  name: 'r',
  virtual_hosts: [
    {
      name: 'v',
      domains: ['*'],
      routes: [
        { match: { prefix: '/a' }, route: { cluster: 'a' } },
        { match: { prefix: '/' }, route: { cluster: 'b' } },
      ],
    },
  ],
}

async function check(requests: string, ...argv: string[]) {
  const file = join(folder, 'routes.json')
  writeFileSync(file, JSON.stringify(table))
  return runProgram(['trace', '--file', file, '--requests', '-', ...argv], { stdin: requests })
}

test("the router check format: text-proto, JSON with comments and trailing commas, and its routes' coverage", async () => {
  const asText = `# as Envoy's tool reads it
tests {
  test_name: "text"
  input: { authority: "x" path: "/a" method: "GET" }
  validate: { cluster_name: { value: "a" } path_redirect {} }
}`
  const half = '1 of 2 routes taken (50.0 %).'
  const text = await check(asText, '--coverage')
  assert.deepEqual([text.code, text.err], [0, `1 of 1 cases passed.\n${half}\n  not taken: r / v / #1 (prefix /)\n`])
  const asJson = `{ // comment
  "tests": [{"test_name": "json", "input": {"authority": "x", "path": "/b"}, "validate": {"clusterName": "a",}},],
}`
  const json = await check(asJson, '--fail-under', '60')
  assert.equal(json.code, 1)
  assert.match(json.out, /^json +FAIL +cluster_name a +b$/m)
  assert.match(json.err, /Fewer than 60 % of the routes were taken/)
})

test('a router check that cannot be read is named, as a misspelt expectation is', async () => {
  const tests = [
    { test_name: 'good', input: { authority: 'x', path: '/a' }, validate: { cluster_name: 'a' } },
    { test_name: 'misspelt', input: { authority: 'x', path: '/a' }, validate: { clustername: 'b' } },
    { test_name: 'empty', input: { authority: 'x', path: '/a' } },
  ]
  const { code, out, err } = await check(JSON.stringify({ tests }))
  assert.equal(code, 1)
  assert.match(out, /^misspelt +ERROR .*case 2: unknown field clustername in validate/m)
  assert.match(out, /^empty +ERROR .*case 3: there is no validate/m)
  assert.equal(err, '1 of 3 cases passed; 2 cannot be read.\n')
})

test('broken text-proto says so', async () => {
  const { code, err } = await check('tests { input: { authority: } }')
  assert.equal(code, 1)
  assert.match(err, /^error: .* is broken text-proto\n/)
})

test('a dump and requests cannot both be standard input', async () => {
  const stdin = '{"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump"}]}'
  const twice = await runProgram(['trace', '--file', '-', '--requests', '-'], { stdin })
  assert.match(twice.err, /cannot both be standard input/)
})

test('source labels are checked against the workload of the dump', async () => {
  const fits = await trace(undefined, 'http://reviews:9080/health', '--source-labels', 'app=productpage,version=v1')
  assert.deepEqual([fits.code, fits.err], [0, ''])
  const other = await trace(undefined, 'http://reviews:9080/health', '--source-labels', 'version=v2')
  assert.equal(other.code, 1)
  assert.match(other.err, /^error: the workload of this proxy has version=v1, not version=v2\n/)
})

test('a saved dump never leads to a cluster', async () => {
  const { code, err } = await trace(undefined, 'http://reviews:9080/health', '--follow')
  assert.equal(code, 1)
  assert.match(err, /--follow looks up pods in the cluster/)
})

test('what would be read and do nothing is refused', async () => {
  const cases = join(folder, 'idle.yaml')
  writeFileSync(cases, '- request: http://reviews:9080/\n')
  const url = 'http://reviews:9080/'
  const refused: readonly (readonly [argv: readonly string[], message: RegExp])[] = [
    [[url, '--fail-under', '80'], /--fail-under goes with --requests/],
    [[url, '--coverage'], /--coverage goes with --requests/],
    [['--requests', cases, url], /unexpected argument: "http:\/\/reviews:9080\/"/],
    [['--requests', cases, '--host', 'details'], /--host is about one request: it does not go with --requests/],
    [['--requests', cases, '--inbound'], /--inbound is about one request/],
    [['--requests', cases, '--fail-under', '101'], /--fail-under accepts a percentage, 0 to 100/],
    [['pod', url], /only one of POD, --selector, --url and --file can be given/],
    [[url, 'pod'], /unexpected argument: "pod"/],
  ]
  for (const [argv, message] of refused) {
    const { code, out, err } = await trace(undefined, ...argv)
    assert.match(err, message)
    assert.deepEqual({ code, out }, { code: 1, out: '' })
  }
})

test('JSON lines that are requests and no cases: each line says so', async () => {
  const { code, out } = await trace(lines({ url: 'http://a/' }, { host: 'b' }), '--requests', '-')
  assert.equal(code, 1)
  assert.match(out, /^line 1 +ERROR +<none> +line 1: unknown field url; a case is \{request, expect\}$/m)
  assert.match(out, /^line 2 +ERROR +<none> +line 2: unknown field host; a case is/m)
})
