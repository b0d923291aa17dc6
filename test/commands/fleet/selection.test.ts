import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { dumpOf } from './small-dump.ts'

const web = { labels: { app: 'web' } }
const pods = [
  meshPod('web-1', 'default', web),
  meshPod('web-2', 'default', web),
  meshPod('plain', 'default', { container: { name: 'app', image: 'nginx' } }),
  meshPod('cart-1', 'shop', { labels: { app: 'cart' } }),
]
const deployment = { metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } } } }
const answer = (pod: string, _port: number, path: string) => (path === 'memory' ? undefined : dumpOf(`of-${pod}`))

let mesh: RunningMesh
let folder: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'selection-'))
  mesh = await startMesh({
    pods,
    answer,
    object: (path) => (path === '/apis/apps/v1/namespaces/default/deployments/web' ? deployment : undefined),
  })
})
after(async () => {
  await mesh.close()
  rmSync(folder, { recursive: true })
})

/** The proxies of an answer, in its order. */
async function proxiesOf(...argv: string[]): Promise<string[]> {
  const { code, out, err } = await mesh.run('clusters', '--no-headers', ...argv)
  assert.equal(code, 0, err)
  return out
    .trim()
    .split('\n')
    .map((line) => line.split(/ +/)[0] ?? '')
}

test('words and flags name proxies of pods', async () => {
  const both = ['web-1.default', 'web-2.default']
  assert.deepEqual(await proxiesOf('web-2', 'cart-1.shop'), ['web-2.default', 'cart-1.shop'])
  assert.deepEqual(await proxiesOf('web-2', 'pod/web-2.default', 'web-1'), ['web-2.default', 'web-1.default'])
  assert.deepEqual(await proxiesOf('deploy/web', 'cart-1.shop'), ['web-1.default', 'cart-1.shop'])
  assert.deepEqual(await proxiesOf('deploy/web', '--all-pods'), both)
  assert.deepEqual(await proxiesOf('--all-pods'), both)
  assert.deepEqual(await proxiesOf('--all-pods', '-n', 'shop'), ['cart-1.shop'])
  assert.deepEqual(await proxiesOf('-l', 'app=web'), both)
  assert.deepEqual(await proxiesOf('-A'), [...both, 'cart-1.shop'])
  assert.deepEqual(await proxiesOf('-A', '-l', 'app=cart'), ['cart-1.shop'])
})

test('ways that exclude each other are refused before anything is asked', async () => {
  const before = mesh.api.requests.length
  for (const [argv, message] of [
    [[], /clusters needs a POD, TYPE\/NAME, --selector, -A, --all-pods, --capture, --url or --file/],
    [['web-1', '-A'], /--all-namespaces cannot be combined with a POD/],
    [['web-1', '-l', 'app=web'], /only one of POD, --selector, --url and --file/],
    [['--file', 'x', '--all-pods'], /--all-pods reads pods of the cluster/],
    [['--file', 'x', '--contexts', 'a'], /--contexts names clusters/],
    [['-A', '--contexts', 'a', '--context', 'b'], /only one of --context and --contexts/],
    [['-A', '--contexts', ','], /--contexts needs the name of a context/],
    [['-A', '--contexts', 'a', '--contexts', 'b'], /--contexts can be given only once/],
    [['-l', 'app=web', '-l', 'app=cart'], /--selector can be given only once/],
    [['-n', 'shop'], /clusters needs a POD.*\n--all-pods reads every proxy of namespace shop\./],
  ] as const) {
    const { code, err } = await mesh.run('clusters', ...argv)
    assert.equal(code, 1)
    assert.match(err, message)
  }
  assert.equal(mesh.api.requests.length, before)
})

test('a target that is not there hides no other, as in kubectl get', async () => {
  for (const argv of [['clusters'], ['clusters', '--all-pods']]) {
    const { code, out, err } = await mesh.run(...argv, 'web-1', 'gone', 'web-2')
    assert.equal(code, 1)
    assert.match(err, /^error: gone: Error from server \(NotFound\): .*$/m)
    assert.match(out, /^PROXY.*\nweb-1\.default .*\nweb-2\.default .*\n$/)
  }
  const failed = await mesh.run('certs', 'web-1', 'gone')
  assert.match(failed.err, /has no SecretsConfigDump section/)
  assert.match(failed.err, /^error: gone: Error from server \(NotFound\): /m)
  const none = await mesh.run('clusters', 'gone', 'lost')
  assert.match(none.err, /^Error from server \(NotFound\)/)
})

test('a command about one proxy says so of the flags that name many', async () => {
  for (const [flag, command] of [
    ['-A', 'trace'],
    ['--all-pods', 'trace'],
    ['--contexts=a', 'explain'],
    ['-l', 'describe'],
  ] as const) {
    const { code, err } = await mesh.run(command, 'web-1', flag)
    assert.equal(code, 1)
    assert.match(
      err,
      command === 'explain' ? /Did you mean --context\?/ : /^This command is about one proxy: name a POD/m,
    )
  }
})

test('a file is read once, however often it is named; the next one needs the flag as well', async () => {
  const [one, two, nested] = [join(folder, 'named/one.json'), join(folder, 'named/two.json'), join(folder, 'named')]
  mkdirSync(nested)
  for (const file of [one, two]) writeFileSync(file, dumpOf('of-both'))
  for (const [argv, rows] of [
    [['--file', one, '--file', one], 1],
    [['--file', one, '--file', two, '--file', one], 2],
    [['--file', nested, '--file', one], 2],
  ] as const) {
    const { out, err } = await runProgram(['query', 'SELECT serviceFqdn FROM clusters', ...argv, '-o', 'csv'])
    assert.deepEqual(out.trim().split('\r\n').slice(1), Array(rows).fill('of-both'), err)
  }
  for (const command of ['clusters', 'certs', 'lint', 'diff']) {
    const { err } = await runProgram([command, '--file', one, two])
    assert.ok(err.includes(`${two} is a file, and each has a flag of its own: --file ${one} --file ${two}.`), err)
  }
})

test('a type and its name as two words are told what they are', async () => {
  const { code, err } = await mesh.run('clusters', 'deploy', 'web')
  assert.equal(code, 1)
  assert.match(err, /^error: "deploy" is a type, .*\nDid you mean deploy\/web\?/)
})

test('a user who may list one namespace only sees that one, and the others are named', async () => {
  const own = await startMesh({
    pods,
    answer,
    hidden: ['', 'shop', 'billing'],
    object: (path) =>
      path === '/api/v1/namespaces'
        ? { items: ['billing', 'default', 'shop'].map((name) => ({ metadata: { name } })) }
        : undefined,
  })
  try {
    const { code, out, err } = await own.run('clusters', '-A')
    assert.equal(code, 1)
    assert.match(out, /^PROXY.*\nweb-1\.default .*\nweb-2\.default .*\n$/)
    assert.match(err, /^The proxies of namespaces billing, shop are not in the answer: .*pods is forbidden/m)
  } finally {
    await own.close()
  }
})

test('two clusters in one answer, with pods of one name', async () => {
  const other = await startMesh({
    pods: [meshPod('web-1', 'default', web)],
    answer: (_pod, port, path) => answer('the-other', port, path),
  })
  try {
    const kubeconfig = join(folder, 'kubeconfig')
    const clusters = { one: mesh.api, two: other.api, gone: { url: 'https://127.0.0.1:1', caFile: mesh.api.caFile } }
    writeKubeconfig(kubeconfig, clusters)
    const run = (...argv: string[]) => runProgram(['clusters', '--kubeconfig', kubeconfig, ...argv])
    const both = await run('web-1', '--contexts', 'one,two')
    assert.equal(both.code, 0, both.err)
    assert.match(both.out, /^PROXY .*\none\/web-1\.default +of-web-1 .*\ntwo\/web-1\.default +of-the-other /)
    const json = JSON.parse((await run('web-1', '--contexts', 'one,two', '-o', 'json')).out)
    assert.deepEqual(Object.keys(json), ['one/web-1.default', 'two/web-1.default'])
    const status = 'SELECT s.name, p.kubeCluster FROM status s JOIN proxies p USING (proxy) ORDER BY 1'
    const asked = await runProgram([
      'query',
      status,
      '-A',
      '--contexts',
      'one,two',
      '--kubeconfig',
      kubeconfig,
      '-o',
      'csv',
    ])
    const rows = ['one/cart-1.shop,one', 'one/web-1.default,one', 'one/web-2.default,one', 'two/web-1.default,two']
    assert.equal(asked.out, ['name,kubeCluster', ...rows, ''].join('\r\n'), asked.err)
    const part = await run('-A', '--contexts', 'gone,two')
    assert.equal(part.code, 1)
    assert.match(part.out, /^PROXY .*\ntwo\/web-1\.default /)
    assert.match(part.err, /^error: context gone: The connection to the server 127\.0\.0\.1:1 was refused/m)
    assert.equal((await run('web-1', '--contexts', ' one, two,one')).out, both.out, 'spaces, and one twice')
    for (const flag of ['--server', '--kube-cluster', '--cluster']) {
      const { code, err } = await run('-A', '--contexts', 'one,two', flag, 'x')
      assert.equal(code, 1)
      assert.match(err, /^error: --(?:server|cluster) names one cluster, and --contexts several\n/)
    }
    const notes = await runProgram(['info', 'web-1', '--contexts', 'one,two', '--kubeconfig', kubeconfig])
    for (const name of ['one', 'two']) assert.match(notes.err, new RegExp(`^context ${name}: .* has no /memory`, 'm'))
    const none = await run('-A', '--contexts', 'gone')
    assert.match(none.err, /^The connection to the server 127\.0\.0\.1:1 was refused/)
  } finally {
    await other.close()
  }
})

test('of a capture with one proxy nothing has to be named; of one with several, a POD or -A', async () => {
  const [one, two] = [join(folder, 'one.zip'), join(folder, 'two.zip')]
  // Its list of pods holds the others as well.
  assert.equal((await mesh.run('capture', 'web-2', '--to', one)).code, 0)
  assert.equal((await mesh.run('capture', '-A', '--to', two)).code, 0)
  const only = await runProgram(['clusters', '--capture', one])
  assert.equal(only.code, 0, only.err)
  assert.match(only.out, /^SERVICE FQDN[^\n]*\nof-web-2 /)
  assert.match((await runProgram(['clusters', '-A', '--capture', one])).out, /^PROXY .*\nweb-2\.default .*\n$/)
  const several = await runProgram(['clusters', '--capture', two])
  assert.equal(several.code, 1)
  assert.match(several.err, /two\.zip holds 3 proxies: name a POD of it\nFor example web-1\.default, or -A for all/)
  const untraced = await runProgram(['trace', 'http://of-web-2/', '--capture', two])
  assert.match(untraced.err, /holds 3 proxies: name a POD of it\nFor example web-1\.default\.\n/)
  for (const [argv, isTold] of [
    [[], true],
    [['-n', 'default'], false],
    [['-A'], false],
    [['-l', 'app=web'], false],
  ] as const) {
    const { err } = await runProgram(['lint', '--capture', two, ...argv])
    const told = 'two.zip holds 3 proxies, 2 of them in namespace "default": -A reads all.'
    assert.equal(err.includes(told), isTold, `${argv}: ${err}`)
  }
  const traced = await runProgram(['trace', 'http://of-web-2/', '--capture', one])
  assert.match(traced.out, /http:\/\/of-web-2\//, traced.err)
})

test('a folder stands for every dump in it', async () => {
  const dumps = join(folder, 'dumps')
  mkdirSync(join(dumps, 'b'), { recursive: true })
  writeFileSync(join(dumps, 'a-config_dump.json'), dumpOf('of-a'))
  writeFileSync(join(dumps, 'b/config_dump.json'), dumpOf('of-b'))
  writeFileSync(join(dumps, 'b/readme.txt'), 'no dump\n')
  const { code, out, err } = await runProgram(['clusters', '--file', dumps])
  assert.equal(code, 0, err)
  assert.deepEqual(
    out.split('\n').flatMap(
      (line) =>
        line
          .match(/^\S+\/(\S+) +(of-\S)/)
          ?.slice(1, 3)
          .join(' ') ?? [],
    ),
    ['a-config_dump.json of-a', 'config_dump.json of-b'],
  )
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  assert.match(
    (await runProgram(['clusters', '--file', empty])).err,
    /^error: the folder ".*empty" has no configuration dump among its files \(0\)\n$/,
  )
  assert.match((await runProgram(['trace', 'http://x/', '--file', dumps])).err, /is a directory, not a file/)
})
