import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import { readInCluster } from '../../../src/fetch/kube/auth/in-cluster.ts'
import { connect } from '../../../src/fetch/kube/kube-cluster.ts'
import { startFakeApiServer } from '../fake-api-server.ts'
import { testHost } from './test-host.ts'

const folder = mkdtempSync(join(tmpdir(), 'credentials-'))
after(() => rmSync(folder, { recursive: true }))

/** The Authorization headers of two requests by a user with these fields. */
async function authorization(user: object, host = testHost()): Promise<(string | undefined)[]> {
  const server = await startFakeApiServer({ get: () => ({ items: [] }) }, { plain: true })
  const kubeconfig = join(folder, 'config')
  const config = {
    'current-context': 'a',
    clusters: [{ name: 'a', cluster: { server: server.url } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    users: [{ name: 'a', user }],
  }
  writeFileSync(kubeconfig, JSON.stringify(config))
  const cluster = connect({ kubeconfig }, host)
  try {
    await cluster.list({ namespace: 'default' })
    await cluster.list({ namespace: 'default' })
  } finally {
    cluster.close()
    await server.close()
  }
  return server.headers.map((headers) => headers.authorization)
}

test('a token file goes before a token, and a token stands in when the file is gone', async () => {
  writeFileSync(join(folder, 'token'), 'from-file\n')
  assert.equal((await authorization({ token: 'inline', tokenFile: 'token' }))[0], 'Bearer from-file')
  assert.equal((await authorization({ token: 'inline', tokenFile: 'gone' }))[0], 'Bearer inline')
})

/** A plugin that gives out counted tokens; the count is in a file. */
function plugin(expires: string): object {
  const count = join(folder, 'count')
  writeFileSync(count, '0')
  const script = `
    const fs = require('node:fs')
    const n = Number(fs.readFileSync('${count}', 'utf8')) + 1
    fs.writeFileSync('${count}', String(n))
    console.error('log in as number ' + n)
    console.log(JSON.stringify({kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: {token: 't' + n, expirationTimestamp: '${expires}'}}))`
  const apiVersion = 'client.authentication.k8s.io/v1'
  return { exec: { apiVersion, command: process.execPath, args: ['-e', script], interactiveMode: 'Never' } }
}

test('an exec plugin runs once while its credential holds, and again when it expired', async () => {
  const host = testHost()
  assert.deepEqual(await authorization(plugin('2126-01-01T00:00:00Z'), host), ['Bearer t1', 'Bearer t1'])
  assert.equal(host.stderr.join(''), 'log in as number 1\n')
  assert.deepEqual(await authorization(plugin('2026-01-01T00:00:00Z')), ['Bearer t1', 'Bearer t2'])
  assert.equal(readFileSync(join(folder, 'count'), 'utf8'), '2')
})

function jwt(expires: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ exp: expires })}.x`
}

test('OIDC: a valid id-token is used; an expired one without a refresh token asks to log in', async () => {
  const valid = jwt(4_000_000_000)
  const provider = (token: string) => ({ 'auth-provider': { name: 'oidc', config: { 'id-token': token } } })
  assert.equal((await authorization(provider(valid)))[0], `Bearer ${valid}`)
  await assert.rejects(authorization(provider(jwt(1))), (error: AppError) => {
    assert.ok(error instanceof AppError)
    assert.match(error.message, /No valid id-token, and cannot refresh/)
    assert.match(error.hint ?? '', /^Log in/)
    return true
  })
})

test('auth providers that kubectl dropped', async () => {
  const user = { 'auth-provider': { name: 'gcp', config: { 'cmd-path': 'never-run' } } }
  await assert.rejects(authorization(user), /no Auth Provider found for name "gcp"/)
})

test('in a pod: the service account that is mounted', () => {
  const mounted = join(folder, 'serviceaccount')
  mkdirSync(mounted)
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
  assert.equal(readInCluster(testHost({ env }), mounted), undefined, 'no token')
  writeFileSync(join(mounted, 'token'), 'T')
  writeFileSync(join(mounted, 'namespace'), 'mesh\n')
  writeFileSync(join(mounted, 'ca.crt'), 'CA')
  assert.equal(readInCluster(testHost(), mounted), undefined, 'no service address')
  assert.deepEqual(readInCluster(testHost({ env }), mounted), {
    server: 'https://[fd00::1]:443',
    namespace: 'mesh',
    ca: Buffer.from('CA'),
    tokenFile: join(mounted, 'token'),
  })
})
