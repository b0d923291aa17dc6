import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete } from '../../src/cli/completion/complete.ts'
import { wordsFor } from '../../src/cli/completion/invoked-as.ts'
import { commands } from '../../src/commands/index.ts'
import { formats } from '../../src/output/index.ts'
import { runProgram } from '../run-program.ts'
import { noFiles, noSpace, strict, texts } from './completed-texts.ts'

test('the first word is a command, with its one line; an alias only for who types one', async () => {
  const { candidates } = await complete([''], commands, () => strict)
  const shown = commands.filter(({ hidden }) => !hidden)
  assert.deepEqual(
    candidates,
    shown.map(({ name, summary }) => ({ text: name, description: summary })),
  )
  assert.deepEqual(await texts(['clu']), ['clusters'])
  const alias = commands
    .flatMap(({ aliases }) => aliases)
    .find((word) => !shown.some(({ name }) => name.startsWith(word)))
  if (alias !== undefined) assert.ok((await texts([alias])).includes(alias))
  assert.deepEqual(await texts(['--v']), ['--version'])
  assert.deepEqual(await texts(['help', 'clu']), ['clusters'])
})

test("flags: the command's own and kubectl's, not twice, short ones after a lone dash", async () => {
  assert.deepEqual(await texts(['clusters', '--fq']), ['--fqdn'])
  assert.deepEqual(await texts(['clusters', '--fqdn', 'x', '--fq']), [])
  assert.deepEqual(await texts(['clusters', '--fqdn=x', '--fq']), [])
  assert.deepEqual(await texts(['clusters', '--kubec']), ['--kubeconfig'])
  assert.deepEqual(await texts(['clusters', '--as-group', 'a', '--as-g']), ['--as-group'])
  assert.ok((await texts(['clusters', '-'])).includes('-o'))
  assert.ok(!(await texts(['clusters', '--'])).includes('-o'))
})

test('values of flags that are known without asking anyone', async () => {
  const names = formats.map(({ name, takes }) => (takes === undefined ? name : `${name}=`))
  assert.deepEqual(await texts(['clusters', '-o', '']), names)
  assert.deepEqual(await texts(['stats', '-o', '']), [...names, 'prom', 'prom-merged'])
  assert.deepEqual(await texts(['clusters', '--output', 'js']), [
    'json',
    'jsonl',
    'jsonpath=',
    'jsonpath-as-json=',
    'jsonpath-file=',
  ])
  assert.deepEqual(await texts(['clusters', '--output=ya']), ['yaml'])
  assert.deepEqual(await texts(['clusters', '--direction', '']), ['inbound', 'outbound', 'inbound-vip'])
  assert.deepEqual(await texts(['clusters', '--via', 'e']), ['exec'])
  assert.deepEqual(await texts(['clusters', '--sort-by', 'se']), ['service-fqdn'])
  assert.deepEqual(await texts(['clusters', '--no-headers=']), ['true', 'false'])
  assert.deepEqual(await texts(['completion', 'z']), ['zsh'])
})

test('rules of lint: as values with commas between, after explain, and the two words in the place of a target', async () => {
  assert.deepEqual(await texts(['lint', '--rule', 'sds']), ['sds-not-loaded'])
  assert.deepEqual(await texts(['lint', '--rule=admin-exposed,sds']), ['admin-exposed,sds-not-loaded'])
  assert.deepEqual(await texts(['lint', '--exclude', 'stale']), ['stale-endpoint'])
  assert.deepEqual(await texts(['lint', '--profile', 'core,f']), ['core,fleet'])
  assert.deepEqual(await texts(['lint', '--fail-on', 'w']), ['warning'])
  assert.deepEqual(await texts(['lint', 'explain', 'rds']), ['rds-not-loaded'])
  assert.deepEqual(await texts(['lint', 'explain', 'rds-not-loaded', '']), [])
  assert.deepEqual(await texts(['lint', 'rules', '']), [])
  assert.deepEqual(await texts(['lint', 'e'], { objects: async () => ['edge-1'] }), ['explain', 'edge-1'])
})

test('a flag before takes the next word as its value, also -nVALUE and -o VALUE', async () => {
  const objects = async () => ['reviews-1']
  assert.deepEqual(await texts(['clusters', '-o', 'json', 'rev'], { objects }), ['reviews-1'])
  assert.deepEqual(await texts(['clusters', '-nbookinfo', 'rev'], { objects }), ['reviews-1'])
  assert.deepEqual(await texts(['clusters', '--no-headers', 'rev'], { objects }), ['reviews-1'])
  assert.deepEqual(await texts(['clusters', '--', 'x'], { objects: async () => ['x1'] }), ['x1'])
  assert.deepEqual(await texts(['clusters', '--', '-'], { objects: async () => ['-x1'] }), [], 'a name is no flag')
})

test('files are offered for flags that take one, and for nothing else', async () => {
  for (const words of [
    ['clusters', '--file', ''],
    ['clusters', '-f', ''],
    ['clusters', '--file='],
    ['trace', '--requests', ''],
    ['status', '--control-plane-file', ''],
    ['status', '--cert-dir', ''],
  ]) {
    assert.deepEqual(await complete(words, commands, () => strict), { candidates: [], directive: 0 })
  }
})

test('a target: pods and types; no space after a type; names after its slash; none beside --file', async () => {
  const objects = async (type: string) => (type === 'pod' ? ['productpage-1', 'details-1'] : [`${type}-a`])
  assert.ok((await texts(['clusters', ''], { objects })).includes('details-1'))
  assert.deepEqual(await texts(['clusters', 'prod'], { objects }), ['productpage-1'])
  assert.deepEqual(await texts(['clusters', 'deploy/'], { objects }), ['deploy/deploy-a'])
  assert.deepEqual(await texts(['clusters', 'statefulset/s'], { objects }), ['statefulset/statefulset-a'])
  const types = await complete(['clusters', 'dep'], commands, () => ({ ...strict, objects }))
  assert.deepEqual(types, { candidates: [{ text: 'deploy/' }, { text: 'deployment/' }], directive: noFiles | noSpace })
  assert.deepEqual(await texts(['clusters', '--file', 'x', '']), [])
  assert.deepEqual(await texts(['status', 'pod-1', '']), [])
  assert.ok((await texts(['clusters', 'pod-1', ''], { objects })).includes('details-1'))
  assert.deepEqual(await texts(['options', '']), [])
  assert.ok((await texts(['stats', 'pod-1', ''], { objects })).includes('details-1'))
})

test('words of which several can be given with commas', async () => {
  assert.ok((await texts(['status', '--status', ''])).includes('not-connected'))
  assert.deepEqual(await texts(['status', '--status', 'stale,e']), ['stale,error'])
  assert.deepEqual(await texts(['status', '--status=s']), ['synced', 'stale'])
})

test('commands whose first argument is one of a few words, and what follows it', async () => {
  assert.deepEqual(await texts(['describe', '']), ['pod', 'service'])
  assert.deepEqual(await texts(['ztunnel', 'c']), ['certificates', 'connections'])
  assert.ok((await texts(['schema', ''])).includes('trace-document'))
  assert.deepEqual(await texts(['completion', '']), ['bash', 'zsh', 'fish', 'powershell'])
  const objects = async (type: string) => [`some-${type}`]
  assert.deepEqual(await texts(['describe', 'svc', ''], { objects }), ['some-service'])
  assert.deepEqual(await texts(['describe', 'pod', 's'], { objects }), [
    'some-pod',
    'sts/',
    'svc/',
    'statefulset/',
    'service/',
  ])
  assert.deepEqual(await texts(['ztunnel', 'w', 'some'], { objects }), ['some-pod'])
  for (const words of [
    ['describe', 'service', 'a'],
    ['describe', 'service', '--file', 'x'],
    ['schema', 'clusters'],
    ['describe', 'route'],
  ]) {
    assert.deepEqual(await texts([...words, '']), [])
  }
})

test('the names that the program answers to', () => {
  assert.deepEqual(wordsFor('kubectl-proxy_config'), [])
  assert.deepEqual(wordsFor('kubectl-proxy_status.exe'), ['status'])
  assert.deepEqual(wordsFor('kubectl_complete-proxy_config'), ['__complete'])
  assert.deepEqual(wordsFor('kubectl_complete-proxy_status'), ['__complete', 'status'])
})

test('aliases of flags, hidden flags and values in the same word are read as parsing reads them', async () => {
  const objects = async () => ['reviews-1']
  const namespaces = async () => ['default', 'istio-system']
  for (const flags of [
    ['--timeout', '5s'],
    ['--timeout=5s'],
    ['--kubeclient-timeout', '5s'],
    ['-i', 'ns'],
    ['-ins'],
    ['-v', '9'],
  ])
    assert.deepEqual(await texts(['clusters', ...flags, 'rev'], { objects }), ['reviews-1'], flags.join(' '))
  assert.deepEqual(await texts(['clusters', '-i', 'ist'], { namespaces }), ['istio-system'])
  assert.deepEqual(await texts(['clusters', '--istio-namespace', 'ist'], { namespaces }), ['istio-system'])
  assert.deepEqual(await texts(['clusters', '--istio-namespace=ist'], { namespaces }), ['istio-system'])
  assert.deepEqual(await texts(['clusters', '-nde'], { namespaces }), ['-ndefault'])
  assert.deepEqual(await texts(['clusters', '-n=de'], { namespaces }), ['default'])
  assert.deepEqual(await texts(['clusters', '--istioN']), [], 'a hidden flag is read, not offered')
  assert.deepEqual(await texts(['describe', 'service', 'a', '--from', 'rev'], { objects }), ['reviews-1'])
})

test('the name of a command completes what follows it', async () => {
  for (const invokedAs of ['kubectl-proxy_status', 'kubectl-proxy_status.exe', 'kubectl_complete-proxy_status']) {
    const words = invokedAs.startsWith('kubectl_complete') ? ['--exit'] : ['__complete', '--exit']
    assert.match((await runProgram(words, { invokedAs })).out, /^--exit-code\t.*\n:4\n$/)
  }
})

test('trace: a target, then a URL; with a dump the URL alone', async () => {
  const lookups = {
    objects: async () => ['productpage-1'],
    urls: async () => [
      ['http://reviews:9080/', 'http://reviews.default:9080/'],
      ['http://details:9080/', 'http://$(x):9080/'],
    ],
  }
  assert.deepEqual(await texts(['trace', 'prod'], lookups), ['productpage-1'])
  assert.deepEqual(await texts(['trace', 'pod-1', ''], lookups), ['http://reviews:9080/', 'http://details:9080/'])
  assert.deepEqual(await texts(['trace', '-f', 'x', 'http://reviews.'], lookups), ['http://reviews.default:9080/'])
  assert.deepEqual(await texts(['trace', 'pod-1', 'http://r', ''], lookups), [])
  assert.deepEqual(await texts(['trace', '--file', 'x', 'http://r', ''], lookups), [])
  const { directive } = await complete(['trace', '-f', 'x', ''], commands, () => ({ ...strict, ...lookups }))
  assert.equal(directive, noFiles | noSpace, 'a path may follow')
})

test('every text and description of the program itself is plain, and of one line', async () => {
  const lookups = { objects: async () => [], urls: async () => [], filterValues: async () => [] }
  for (const { name } of commands)
    for (const typed of ['', '-', '--']) {
      const { candidates } = await complete([name, typed], commands, () => ({ ...strict, ...lookups }))
      for (const { text, description = '' } of candidates) {
        assert.match(text, /^(?:--?)?[\w.][\w./:-]*$/)
        assert.doesNotMatch(description, /[\u0000-\u001f\u007f]/, text)
      }
      assert.equal(new Set(candidates.map(({ text }) => text)).size, candidates.length, `${name}: each once`)
    }
})
