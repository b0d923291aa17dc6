import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import type { CaptureFailure } from '../../../src/fetch/capture/format/manifest.ts'
import { openZip } from '../../../src/fetch/capture/zip/open-zip.ts'
import { runProgram } from '../../run-program.ts'
import { secretsOfMesh, startSmallMesh } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'capture-'))
after(() => rmSync(folder, { recursive: true }))

async function filesOf(path: string): Promise<Map<string, string>> {
  const zip = await openZip(inMemory(readFileSync(path)), { label: path, maxSize: 1e9 })
  assert.deepEqual(zip.problems, [])
  const files = new Map<string, string>()
  for (const name of zip.names) files.set(name, Buffer.from((await zip.read(name)) ?? []).toString('utf8'))
  return files
}

/** Commands that are asked of the cluster, and then of its capture. */
const questions = [
  'status',
  'status cart-1.shop',
  'status -n shop',
  'status -l app=web',
  'clusters web-1',
  'clusters deploy/web',
  'clusters svc/web --fqdn reviews',
  'listeners web-1 -o json',
  'routes cart-1.shop -o json',
  'routes -l app=cart -n shop',
  'endpoints web-1',
  'secrets web-1',
  'certs -A',
  'rootca-compare -A',
  'bootstrap cart-1.shop -o json',
  'all web-1 -o json',
  'describe pod web-1',
  'describe service cart.shop',
  'authz web-1',
  'info web-1',
  'stats web-1 --used-only -o json',
  'log web-1',
  'trace web-1 http://reviews:9080/',
  'clusters web-2',
  'clusters web-1 -n none',
]

test('every command answers from a capture as it did from the cluster', async () => {
  const mesh = await startSmallMesh()
  const file = join(folder, 'mesh.zip')
  try {
    const made = await mesh.run('capture', '-A', '--to', file)
    assert.equal(made.code, 0, made.err)
    assert.match(made.err, /2 proxies, 1 istiod, \d+ files; secrets are taken out\.\n$/)
    for (const question of questions) {
      const live = await mesh.run(...question.split(' '))
      const saved = await runProgram([...question.split(' '), '--capture', file])
      assert.equal(plain(saved.out), plain(live.out), question)
      assert.equal(saved.code, live.code, `${question}: ${saved.err}`)
      if (live.code !== 0) assert.equal(withoutTips(saved.err), withoutTips(live.err), question)
    }
  } finally {
    await mesh.close()
  }
})

/** Tokens stand where the live output says that something was hidden. */
function plain(text: string): string {
  return text.replace(/\[redacted-[0-9a-f]{8}\]/g, '[redacted]')
}

function withoutTips(text: string): string {
  return text.split('\n')[0] ?? ''
}

test('no secret is in the file, in whatever part of it, and equal ones stay equal', async () => {
  const mesh = await startSmallMesh()
  const file = join(folder, 'secrets.zip')
  try {
    const patterns = ['--redact', 'shop\\.internal', '--redact', 'SHOP\\.internal']
    const { code, err } = await mesh.run('capture', '-A', '--to', file, '--logs', '10m', ...patterns)
    assert.equal(code, 0, err)
    assert.deepEqual(err.match(/--redact \S+ matches nothing/g), ['--redact SHOP\\.internal matches nothing'])
    const files = await filesOf(file)
    for (const [name, text] of files) {
      for (const secret of [...secretsOfMesh, 'shop.internal', 'managedFields', 'last-applied'])
        assert.ok(!text.includes(secret), `${secret} in ${name}`)
    }
    assert.ok(!readFileSync(file).includes('hunter2'))
    assert.match(files.get('proxies/shop/cart-1/log.txt') ?? '', /access_token=\[redacted-[0-9a-f]{8}\] HTTP/)
    const token = (name: string) => /"value": "(\[redacted-[0-9a-f]{8}\])"/.exec(files.get(name) ?? '')?.[1]
    const used = token('proxies/shop/cart-1/config_dump.json')
    assert.ok(used !== undefined)
    assert.equal(token('istiods/istio-system/istiod-a/proxies/cart-1.shop/config_dump.json'), used)
    assert.match(files.get('api/v1/pods.json') ?? '', /"name": "DB"/, 'names of variables stay')
  } finally {
    await mesh.close()
  }
})

test('--no-redact keeps the bytes, and says what that means; values of the environment of pods never are in it', async () => {
  const mesh = await startSmallMesh()
  const file = join(folder, 'plain.zip')
  try {
    const { err } = await mesh.run('capture', 'cart-1.shop', 'web-1', '--to', file, '--no-redact')
    assert.match(err, /--no-redact: .* will hold passwords, tokens and keys as they are/)
    const files = await filesOf(file)
    assert.match(files.get('proxies/shop/cart-1/config_dump.json') ?? '', /s3cr3t-t0ken-of-the-cart/)
    for (const [name, text] of files) assert.ok(!text.includes('env-value-of-web'), name)
  } finally {
    await mesh.close()
  }
})

test('what cannot be read is named, and the rest is there; --resume reads it', async () => {
  const file = join(folder, 'failures.zip')
  const broken = await startSmallMesh((pod, path) =>
    pod === 'web-1' ? 'refused' : path === 'certs' ? { status: 500, body: 'broken' } : undefined,
  )
  try {
    const { code, err, out } = await broken.run('capture', '-A', '--to', file)
    assert.equal(code, 1)
    assert.match(err, /2 files could not be read: /)
    assert.match(err, /proxies\/default\/web-1\/config_dump\.json: .*refused the connection/)
    assert.match(err, /proxies\/shop\/cart-1\/certs\.json: .*HTTP status 500/)
    assert.match(out, /proxy +shop +cart-1 +\S+ +\d+ +\d+ +1/)
    const unread = await runProgram(['clusters', 'web-1', '--capture', file])
    assert.equal(unread.code, 1)
    assert.match(unread.err, /refused the connection to port 15000\nSo it was when .*failures\.zip was made\./)
    assert.equal((await runProgram(['routes', 'cart-1.shop', '--capture', file])).code, 0)
    assert.equal(
      (await broken.run('capture', '-A', '--to', file)).err.split('\n')[0],
      `error: cannot write ${file}: it exists`,
    )
  } finally {
    await broken.close()
  }
  const mesh = await startSmallMesh()
  try {
    const { code, err } = await mesh.run('capture', '-A', '--to', file, '--resume')
    assert.equal(code, 0, err)
    assert.equal(
      mesh.api.requests.filter((request) => request.includes('/pods/cart-1/portforward')).length,
      1,
      'only its certificates',
    )
    assert.equal((await runProgram(['clusters', 'web-1', '--capture', file])).code, 0)
  } finally {
    await mesh.close()
  }
})

test('who may only list pods has a capture, in which other lists are named as left out', async () => {
  const file = join(folder, 'pods-only.zip')
  const isOfPods = (path: string) => /^\/api\/v1\/(namespaces\/[^/]+\/)?pods/.test(path)
  const mesh = await startSmallMesh(undefined, undefined, isOfPods)
  try {
    const { code, err } = await mesh.run('capture', '-A', '--to', file)
    assert.equal(code, 0, err)
    assert.match(
      err,
      /^\d+ lists of objects may not be read and are left out: api\/v1\/namespaces, .*apis\/apps\/v1\/deployments/m,
    )
    assert.doesNotMatch(err, /could not be read/)
    const { failures } = JSON.parse((await filesOf(file)).get('manifest.json') ?? '')
    assert.ok(
      failures.some(({ path, reason }: CaptureFailure) => path === 'api/v1/services.json' && reason === 'forbidden'),
    )
    assert.equal((await runProgram(['clusters', 'web-1', '--capture', file])).code, 0)
    assert.match((await runProgram(['clusters', 'deploy/web', '--capture', file])).err, /forbidden/)
  } finally {
    await mesh.close()
  }
})

test('--resume keeps the failures of what it does not try again', async () => {
  const file = join(folder, 'untried.zip')
  const failed = async () => JSON.parse((await filesOf(file)).get('manifest.json') ?? '').failures
  const mesh = await startSmallMesh((pod) => (pod === 'web-1' ? 'refused' : undefined))
  try {
    assert.equal((await mesh.run('capture', '-A', '--to', file)).code, 1)
    const before = await failed()
    assert.deepEqual(
      before.map(({ path, reason }: Record<string, unknown>) => [path, reason]),
      [['proxies/default/web-1/config_dump.json', 'connection-refused']],
    )
    const { code, err } = await mesh.run('capture', 'cart-1.shop', '--to', file, '--resume')
    assert.equal(code, 1)
    assert.match(err, /proxies\/default\/web-1\/config_dump\.json: .*refused the connection/)
    assert.deepEqual(await failed(), before)
  } finally {
    await mesh.close()
  }
})

test('--resume keeps what the control plane said before, where it does not answer now', async () => {
  const file = join(folder, 'control-plane.zip')
  const manifest = async () => JSON.parse((await filesOf(file)).get('manifest.json') ?? '')
  const mesh = await startSmallMesh()
  try {
    assert.equal((await mesh.run('capture', '-A', '--to', file)).code, 0)
    const before = await manifest()
    assert.deepEqual(
      before.proxies.map(({ istiod, connected }: Record<string, unknown>) => [istiod, connected]),
      [
        [null, false],
        ['istiod-a', true],
      ],
    )
    // Where another namespace is given for it, no istiod is found.
    await mesh.run('capture', '-A', '--to', file, '--resume', '--istioNamespace', 'default')
    const { proxies, istiods } = await manifest()
    assert.deepEqual([proxies, istiods], [before.proxies, before.istiods])
  } finally {
    await mesh.close()
  }
})

test('names are completed from it', async () => {
  const mesh = await startSmallMesh()
  const file = join(folder, 'names.zip')
  try {
    await mesh.run('capture', '-A', '--to', file)
  } finally {
    await mesh.close()
  }
  const offered = async (...words: string[]) => (await runProgram(['__complete', ...words])).out
  assert.match(await offered('clusters', '--capture', file, ''), /^web-1\ndeploy\/\n/)
  assert.match(await offered('clusters', '--capture', file, '-n', 'shop', ''), /^cart-1\n/)
  assert.match(await offered('clusters', '--capture', file, '-n', 's'), /^shop\n:4\n/)
  assert.match(await offered('clusters', '--capture', file, 'deploy/'), /^deploy\/web\n/)
  assert.match(await offered('clusters', 'web-1', '--capture', file, '--fqdn', 'rev'), /^reviews\.default/)
  assert.match(await offered('capture', 'show', ''), /^:0\n/)
  assert.match(await offered('capture', 's'), /^show\n/)
})

test('what only a live proxy or control plane has says so in a line', async () => {
  const mesh = await startSmallMesh()
  const file = join(folder, 'live.zip')
  try {
    await mesh.run('capture', '-n', 'shop', '--to', file)
  } finally {
    await mesh.close()
  }
  const said = async (...argv: string[]) => (await runProgram([...argv, '--capture', file])).err
  assert.match(await said('stats', 'cart-1.shop', '-o', 'prom'), /only a live proxy has \/stats\/prometheus/)
  assert.match(await said('log', 'cart-1.shop', '--level', 'debug'), /only a live proxy has \/logging/)
  assert.match(await said('status', '--xds-address', 'x:1'), /only a live control plane answers at --xds-address/)
  assert.match(await said('clusters', '--file', 'x.json'), /--capture stands for the cluster: it goes with neither/)
  assert.match(await said('clusters', 'web-1', '-n', 'default'), /holds no pods/)
})

test('a capture of dumps names its proxies where it has no workloads, and offers no flag that asks a control plane', async () => {
  const dump = fileURLToPath(new URL('../../fixtures/sidecar/config_dump.json', import.meta.url))
  const file = join(folder, 'dumps.zip')
  await runProgram(['capture', '--file', dump, '--to', file])
  const workload = await runProgram(['clusters', 'deploy/web', '--capture', file])
  assert.equal(
    workload.err,
    `error: ${file} holds no deployments\nName a pod: kubectl proxy-config capture show ${file} lists its proxies.\n`,
  )
  const fleet = await runProgram(['lint', '--profile', 'fleet', '-A', '--capture', file])
  assert.match(fleet.err, /^Services and EndpointSlices could not be read: \S+ holds no services$/m)
  const status = await runProgram(['status', '-A', '--capture', file])
  assert.match(status.err, /the self-reported status is shown\.$/m)
  assert.doesNotMatch(status.err, /--xds-second-stream/)
})

test('a file that cannot be read is one failure, beside those that can', async () => {
  const sidecar = fileURLToPath(new URL('../../fixtures/sidecar/config_dump.json', import.meta.url))
  const absent = join(folder, 'absent.json')
  const to = join(folder, 'files.zip')
  const { code, err } = await runProgram(['capture', '--file', absent, '--file', sidecar, '--to', to])
  assert.equal(code, 1)
  assert.match(err, /^1 file could not be read: 1 unreadable\.$/m)
  assert.equal(err.split('does not exist').length, 2)
  assert.equal((await runProgram(['clusters', '--capture', to, '-A'])).out.includes('reviews'), true)
})

test('standard output is no place for a capture', async () => {
  const { code, err } = await runProgram(['capture', '--file', 'x', '--to', '-'])
  assert.equal(code, 1)
  assert.match(err, /^error: a capture is a ZIP archive and needs a file: --to - is none\n/)
})
