import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readInCluster } from '../../src/fetch/kube/auth/in-cluster.ts'
import { textLines } from '../../src/fetch/saved/text-lines.ts'
import { readFields, textOf, writeMessage } from '../../src/fetch/xds/protobuf.ts'
import { testHost } from './kube/test-host.ts'

async function linesOf(...chunks: readonly (string | Uint8Array)[]): Promise<string[][]> {
  async function* arriving(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  return Array.fromAsync(textLines(arriving()))
}

test('lines as they arrive: cut anywhere, with either line end, the last one without', async () => {
  assert.deepEqual(await linesOf('a\nb', 'c\r\nd\n'), [['a'], ['bc', 'd']])
  assert.deepEqual(await linesOf('a', 'b'), [['ab']])
  assert.deepEqual(await linesOf('a\r'), [['a']])
  assert.deepEqual(await linesOf('a\rb\n\n'), [['a\rb', '']])
  assert.deepEqual(await linesOf(), [])
  const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)]
  assert.deepEqual(await linesOf(first, second, '\n'), [['é']])
  assert.deepEqual(await linesOf('a\n', first), [['a'], ['\ufffd']])
  const longest = 'x'.repeat(2 ** 20)
  assert.deepEqual(await linesOf(longest), [[longest]])
  await assert.rejects(linesOf(`${longest}x`), /a line is longer than 1 MiB/)
})

test('lengths at the borders of a varint', () => {
  for (const length of [0, 1, 127, 128, 129, 16_383, 16_384]) {
    const text = 'x'.repeat(length)
    const written = writeMessage([[1, text]])
    assert.deepEqual(
      [...readFields(written)].map(({ number, bytes }) => [number, textOf(bytes) === text]),
      [[1, true]],
      String(length),
    )
    assert.equal(written.length, 1 + (length < 128 ? 1 : length < 16_384 ? 2 : 3) + length)
  }
  for (const number of [1, 15, 16, 2047])
    assert.deepEqual(
      [...readFields(writeMessage([[number, 'a']]))].map((field) => field.number),
      [number],
    )
})

test("the service account of a pod: whole, or none; its namespace may be the environment's", (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pod-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }
  const found = (more: Record<string, string | undefined> = {}) =>
    readInCluster(testHost({ env: { ...env, ...more } }), folder)
  assert.equal(found(), undefined, 'no token')
  writeFileSync(join(folder, 'token'), 't')
  assert.deepEqual(found(), {
    server: 'https://10.0.0.1:443',
    namespace: 'default',
    ca: undefined,
    tokenFile: join(folder, 'token'),
  })
  for (const name of Object.keys(env))
    for (const value of ['', undefined]) assert.equal(found({ [name]: value }), undefined, name)
  assert.equal(found({ KUBERNETES_SERVICE_HOST: 'fd00::1' })?.server, 'https://[fd00::1]:443')
  writeFileSync(join(folder, 'namespace'), ' shop\n')
  writeFileSync(join(folder, 'ca.crt'), 'CA')
  assert.deepEqual(
    [found()?.namespace, found()?.ca?.toString(), found({ POD_NAMESPACE: 'own' })?.namespace],
    ['shop', 'CA', 'own'],
  )
  rmSync(join(folder, 'namespace'))
  mkdirSync(join(folder, 'namespace'))
  assert.equal(found()?.namespace, 'default')
})
