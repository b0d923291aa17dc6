import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExecPlugin } from '../../../src/fetch/kube/access/access.ts'
import { runExecPlugin } from '../../../src/fetch/kube/auth/exec-plugin.ts'
import { failureOf } from '../../app-error.ts'
import { testHost } from './test-host.ts'

const apiVersion = 'client.authentication.k8s.io/v1'

function plugin(script: string, overrides: Partial<ExecPlugin> = {}): ExecPlugin {
  return {
    command: process.execPath,
    args: ['-e', script],
    env: new Map(),
    apiVersion,
    installHint: undefined,
    provideClusterInfo: false,
    interactiveMode: 'Never',
    directory: '/',
    cluster: {},
    ...overrides,
  }
}

function credential(status: object, version = apiVersion): string {
  return `console.log(JSON.stringify(${JSON.stringify({ kind: 'ExecCredential', apiVersion: version, status })}))`
}

const failure = (given: ExecPlugin) => failureOf(runExecPlugin(given, testHost()))

const prefix = 'Unable to connect to the server: getting credentials: '

test('a token, certificate and expiry are read', async () => {
  const status = {
    token: 't',
    clientCertificateData: 'C',
    clientKeyData: 'K',
    expirationTimestamp: '2026-01-01T00:00:00Z',
  }
  const found = await runExecPlugin(plugin(credential(status)), testHost())
  assert.deepEqual(found, { token: 't', cert: 'C', key: 'K', expires: Date.UTC(2026, 0, 1) })
})

test('the plugin sees its environment and what it is asked for', async () => {
  const script = `console.log(JSON.stringify({kind: 'ExecCredential', apiVersion: '${apiVersion}', status: {token: process.env.WHO + process.env.KUBERNETES_EXEC_INFO}}))`
  const given = plugin(script, {
    env: new Map([['WHO', 'me']]),
    provideClusterInfo: true,
    cluster: { server: 'https://a.example' },
  })
  const { token } = await runExecPlugin(given, testHost())
  assert.equal(
    token,
    `me{"kind":"ExecCredential","apiVersion":"${apiVersion}","spec":{"interactive":false,"cluster":{"server":"https://a.example"}}}`,
  )
})

test('what it says on stderr is seen at once', async () => {
  const host = testHost()
  await runExecPlugin(plugin(`console.error('enter code ABC'); ${credential({ token: 't' })}`), host)
  assert.equal(host.stderr.join(''), 'enter code ABC\n')
})

test('a plugin that is not installed shows its install hint', async () => {
  const error = await failure(plugin('', { command: 'no-such-plugin', installHint: 'get it at example.com' }))
  assert.equal(error.message, `${prefix}exec: executable no-such-plugin not found`)
  assert.equal(error.hint, 'get it at example.com')
})

test('a plugin that fails, answers wrongly or needs a terminal', async () => {
  const executable = process.execPath
  const cases: [ExecPlugin, string][] = [
    [plugin('process.exit(3)'), `exec: executable ${executable} failed with exit code 3`],
    [plugin('console.log("hello")'), 'exec plugin: its output is not an ExecCredential'],
    [
      plugin(credential({ token: 't' }, 'client.authentication.k8s.io/v1beta1')),
      `exec plugin is configured to use API version ${apiVersion}, plugin returned version client.authentication.k8s.io/v1beta1`,
    ],
    [plugin(credential({})), "exec plugin didn't return a token or cert/key pair"],
    [plugin(credential({ clientCertificateData: 'C' })), 'exec plugin returned only certificate or key, not both'],
    [
      plugin('', { apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
      'exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"',
    ],
    [
      plugin('', { interactiveMode: 'Always' }),
      'exec plugin cannot support interactive mode: standard input is not a terminal',
    ],
  ]
  for (const [given, message] of cases) assert.equal((await failure(given)).message, prefix + message)
})

test('a status of another kind than it has to be is no credential, and nothing of it is quoted', async () => {
  const odd = [null, 'secret', 7, ['secret'], { token: 7 }, { token: { secret: 1 } }, { token: ['secret'] }]
  for (const status of [...odd, { token: '' }, { clientCertificateData: 7, clientKeyData: [] }]) {
    const script = `console.log(${JSON.stringify(JSON.stringify({ kind: 'ExecCredential', apiVersion, status }))})`
    const { message } = await failure(plugin(script))
    assert.ok(message.startsWith(prefix), message)
    assert.doesNotMatch(message, /secret|internal|\n/)
  }
})

test('an abort ends the plugin', async () => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 50)
  await assert.rejects(runExecPlugin(plugin('setTimeout(() => {}, 60000)'), testHost(), controller.signal), {
    name: 'AbortError',
  })
})

test('a plugin that prints without end is ended, and nothing of it is held', { timeout: 20_000 }, async () => {
  const { message, code } = await failure(
    plugin(
      "const more = () => { while (process.stdout.write('x'.repeat(65536))); process.stdout.once('drain', more) }; more()",
    ),
  )
  assert.match(message, /printed more than 1 MiB, which is no ExecCredential$/)
  assert.equal(code, 'credentials')
})

test('what a plugin started goes on, and does not keep the program', { timeout: 20_000 }, async () => {
  const script = `require('node:child_process').spawn('sleep', ['5'], { stdio: 'inherit' }); process.stdout.write('x'.repeat(2e6))`
  const { message } = await failure(plugin(script))
  assert.match(message, /printed more than 1 MiB/)
})
