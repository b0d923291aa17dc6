import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { AppError, UsageError } from '../../../src/errors.ts'
import type { KubeFlags } from '../../../src/fetch/kube/access/flags.ts'
import type { Host } from '../../../src/fetch/kube/access/host.ts'
import { resolveAccess } from '../../../src/fetch/kube/auth/resolve-access.ts'
import { testHost } from './test-host.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
after(() => rmSync(folder, { recursive: true }))

let count = 0
function file(text: string): string {
  const path = join(folder, `config-${count++}`)
  writeFileSync(path, text)
  return path
}

function config(parts: {
  current?: string
  name?: string
  cluster?: string
  user?: string
  namespace?: string
}): string {
  const {
    current,
    name = 'a',
    cluster = `server: https://${name}.example`,
    user = `token: token-${name}`,
    namespace = '',
  } = parts
  return `apiVersion: v1
kind: Config
current-context: ${current ?? '""'}
clusters: [{name: ${name}, cluster: {${cluster}}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}, namespace: ${namespace || '""'}}}]
users: [{name: ${name}, user: {${user}}}]
`
}

function access(flags: KubeFlags, host: Partial<Host> = {}) {
  return resolveAccess(flags, testHost(host))
}

function message(flags: KubeFlags, host: Partial<Host> = {}): string {
  try {
    access(flags, host)
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
  return assert.fail('it did not fail')
}

test('of several files the first wins: entries, current context; missing files are passed over', () => {
  const first = file(config({ name: 'a' }))
  const second = file(config({ name: 'b', current: 'b', namespace: 'second' }))
  const third = file(config({ name: 'b', current: 'a', cluster: 'server: https://other.example' }))
  const KUBECONFIG = [join(folder, 'not-there'), first, '', second, third].join(delimiter)
  const found = access({}, { env: { KUBECONFIG } })
  assert.equal(found.server, 'https://b.example')
  assert.equal(found.namespace, 'second')
  assert.equal(found.user.token, 'token-b')
})

test('~/.kube/config is read when KUBECONFIG is not set', () => {
  const homedir = join(folder, 'home')
  mkdirSync(join(homedir, '.kube'), { recursive: true })
  writeFileSync(join(homedir, '.kube', 'config'), config({ name: 'home', current: 'home' }))
  assert.equal(access({}, { homedir }).server, 'https://home.example')
  assert.equal(access({}, { homedir, env: { KUBECONFIG: '' } }).server, 'https://home.example')
})

test('--kubeconfig alone counts, and must be there', () => {
  const given = file(config({ name: 'given', current: 'given' }))
  const env = { KUBECONFIG: file(config({ name: 'env', current: 'env' })) }
  assert.equal(access({ kubeconfig: given }, { env }).server, 'https://given.example')
  assert.equal(message({ kubeconfig: '/not/there' }), 'stat /not/there: no such file or directory')
})

test('paths in a file start at its folder', () => {
  writeFileSync(join(folder, 'ca.crt'), 'CA')
  writeFileSync(join(folder, 'me.crt'), 'CERT')
  writeFileSync(join(folder, 'me.key'), 'KEY')
  const kubeconfig = file(
    config({
      current: 'a',
      cluster: 'server: https://a.example, certificate-authority: ca.crt',
      user: 'client-certificate: ./me.crt, client-key: me.key, tokenFile: token',
    }),
  )
  const found = access({ kubeconfig })
  assert.equal(String(found.ca), 'CA')
  assert.equal(String(found.user.cert), 'CERT')
  assert.equal(String(found.user.key), 'KEY')
  assert.equal(found.user.tokenFile, join(folder, 'token'))
})

test('embedded data goes before files, flags before both', () => {
  const data = Buffer.from('DATA').toString('base64')
  const flagged = file('FLAG')
  const kubeconfig = file(
    config({
      current: 'a',
      cluster: `server: https://a.example, certificate-authority: nowhere, certificate-authority-data: ${data}`,
      user: `client-certificate: nowhere, client-certificate-data: ${data}, client-key-data: ${data}`,
    }),
  )
  assert.equal(String(access({ kubeconfig }).ca), 'DATA')
  assert.equal(String(access({ kubeconfig }).user.cert), 'DATA')
  const found = access({ kubeconfig, certificateAuthority: flagged, clientCertificate: flagged, clientKey: flagged })
  assert.deepEqual([String(found.ca), String(found.user.cert), String(found.user.key)], ['FLAG', 'FLAG', 'FLAG'])
})

test('a broken entry that is not used does no harm', () => {
  const kubeconfig = file(`
current-context: good
clusters:
- name: bad
  cluster: {certificate-authority: /not/there, server: "::"}
- cluster: {server: https://nameless.example}
- name: good
  cluster: {server: https://good.example}
- just text
contexts:
- name: good
  context: {cluster: good, user: good}
- name: bad
users:
- name: bad
  user: {tokenFile: /not/there, exec: {}}
- name: good
  user: {token: 0123}
`)
  const found = access({ kubeconfig })
  assert.equal(found.server, 'https://good.example')
  assert.equal(found.user.token, '0123', 'a token of digits stays text')
})

test('what is broken in a kubeconfig is said without what stands there', () => {
  const secret = 'hunter2hunter2'
  for (const value of [
    `*${secret}`,
    `!${secret} x`,
    `"${secret}`,
    `'${secret}`,
    `{${secret}`,
    `!<${secret}> x`,
    `&${secret}`,
  ]) {
    const kubeconfig = file(`current-context: a\nusers:\n- name: u\n  user:\n    token: ${value}\n    ? [\n`)
    assert.throws(
      () => access({ kubeconfig }),
      (error) =>
        error instanceof AppError &&
        /^error loading config file ".*": yaml: line \d+: ./.test(error.message) &&
        !error.message.includes(secret),
      value,
    )
  }
})

test('flags choose context, cluster, user, namespace, server, token', () => {
  const KUBECONFIG = [file(config({ name: 'a', current: 'a', namespace: 'from-a' })), file(config({ name: 'b' }))].join(
    delimiter,
  )
  const host = { env: { KUBECONFIG } }
  assert.equal(access({ context: 'b' }, host).server, 'https://b.example')
  assert.equal(access({}, host).namespace, 'from-a')
  assert.equal(access({ context: 'b' }, host).namespace, 'default')
  assert.equal(access({ namespace: 'mine' }, host).namespace, 'mine')
  const mixed = access({ cluster: 'b', user: 'a' }, host)
  assert.deepEqual([mixed.server, mixed.user.token], ['https://b.example', 'token-a'])
  assert.equal(access({ server: 'https://c.example:6443/prefix/' }, host).server, 'https://c.example:6443/prefix')
  assert.equal(access({ token: 'flag' }, host).user.token, 'flag')
})

test('a server without a scheme is plain HTTP unless TLS is configured', () => {
  assert.equal(access({ server: 'localhost:8001' }).server, 'http://localhost:8001')
  assert.equal(access({ server: 'localhost:6443', insecureSkipTlsVerify: true }).server, 'https://localhost:6443')
})

test('impersonation: groups keep their commas, uid alone is refused', () => {
  const server = 'https://a.example'
  const found = access({ server, as: 'jane', asGroup: ['a,b', 'c'], asUid: '7', asUserExtra: ['scope=x=y', 'scope=z'] })
  assert.deepEqual(found.impersonate, {
    user: 'jane',
    uid: '7',
    groups: ['a,b', 'c'],
    extra: new Map([['scope', ['x=y', 'z']]]),
  })
  assert.throws(() => access({ server, asGroup: ['a'] }), UsageError)
  const kubeconfig = file(config({ current: 'a', user: 'token: t, as: joe, as-groups: [ops], as-uid: "9"' }))
  assert.deepEqual(access({ kubeconfig }).impersonate, { user: 'joe', uid: '9', groups: ['ops'], extra: new Map() })
})

test('errors in the words of kubectl', () => {
  const kubeconfig = file(config({ current: 'a' }))
  assert.equal(message({ kubeconfig, context: 'x' }), 'context "x" does not exist')
  assert.equal(message({ kubeconfig, cluster: 'x' }), 'cluster "x" does not exist')
  assert.equal(message({ kubeconfig, user: 'x' }), 'auth info "x" does not exist')
  assert.equal(
    message({ kubeconfig: file(config({ current: 'gone' })) }),
    'Error in configuration: context was not found for specified context: gone',
  )
  assert.equal(
    message({ kubeconfig: file(config({ current: 'a', cluster: '' })) }),
    'Error in configuration: cluster has no server defined',
  )
  const orphan = file('current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\n')
  assert.equal(message({ kubeconfig: orphan }), 'Error in configuration: cluster "c" was not found for context "a"')
  assert.match(message({ kubeconfig: file('a: [') }), /^error loading config file ".*": yaml: /)
})

test('no kubeconfig at all: the default server, and where was looked', () => {
  const found = access({}, { homedir: '/nobody' })
  assert.equal(found.server, 'http://localhost:8080')
  assert.match(found.missingConfig ?? '', /^No kubeconfig was found at .*nobody.*config/)
  const empty = access({ kubeconfig: file('') })
  assert.match(empty.missingConfig ?? '', /^No current context is set in /)
})

test('--request-timeout accepts seconds and Go durations', () => {
  const timeout = (requestTimeout: string) => access({ server: 'https://a.example', requestTimeout }).requestTimeout
  assert.deepEqual(['0', '5', '1m30s', '1.5s', '200ms'].map(timeout), [undefined, 5000, 90_000, 1500, 200])
  assert.match(
    message({ server: 'https://a.example', requestTimeout: 'soon' }),
    /^invalid timeout value: soon\. Timeout must be/,
  )
})

test('insecure drops the CA; tls-server-name and proxy-url are read', () => {
  const kubeconfig = file(
    config({
      current: 'a',
      cluster:
        'server: https://a.example, insecure-skip-tls-verify: true, certificate-authority: nowhere, tls-server-name: b, proxy-url: socks5://p:1',
    }),
  )
  const found = access({ kubeconfig })
  assert.deepEqual(
    [found.insecure, found.ca, found.tlsServerName, found.proxyUrl],
    [true, undefined, 'b', 'socks5://p:1'],
  )
})
