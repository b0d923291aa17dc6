import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dump } from 'js-yaml'
import type { ClusterAccess } from '../../../src/fetch/kube/access/access.ts'
import type { KubeFlags } from '../../../src/fetch/kube/access/flags.ts'
import { resolveAccess } from '../../../src/fetch/kube/auth/resolve-access.ts'
import { testHost } from './test-host.ts'

const folder = mkdtempSync(join(tmpdir(), 'user-'))
test.after(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'file.pem'), 'FILE')

interface Parts {
  readonly cluster?: object
  readonly user?: object
  readonly context?: object
  readonly current?: string
}

function accessOf(
  { cluster = {}, user = {}, context = {}, current = 'main' }: Parts,
  flags: KubeFlags = {},
): ClusterAccess {
  const kubeconfig = join(folder, 'config')
  const config = {
    'current-context': current,
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', ...context } }],
    clusters: [
      { name: 'c', cluster: { server: 'https://api.test/', ...cluster } },
      { name: 'none', cluster: {} },
    ],
    users: [
      { name: 'u', user },
      { name: 'other', user: { token: 'of other' } },
    ],
  }
  writeFileSync(kubeconfig, dump(config))
  return resolveAccess({ kubeconfig, ...flags }, testHost({ cwd: folder, homedir: folder }))
}

const text = (bytes: Buffer | undefined) => bytes?.toString()
const base64 = (plain: string) => Buffer.from(plain).toString('base64')

test('the cluster: flags go before the context, the context before defaults', () => {
  const plain = accessOf({})
  assert.deepEqual(
    [plain.server, plain.namespace, plain.insecure, plain.ca, plain.tlsServerName, plain.proxyUrl, plain.missingConfig],
    ['https://api.test', 'default', false, undefined, undefined, undefined, undefined],
  )
  const full = accessOf({
    cluster: { 'tls-server-name': 'n', 'proxy-url': 'http://p', 'certificate-authority-data': base64('CA') },
    context: { namespace: 'shop' },
  })
  assert.deepEqual([full.namespace, full.tlsServerName, full.proxyUrl, text(full.ca)], ['shop', 'n', 'http://p', 'CA'])
  assert.equal(accessOf({ context: { namespace: 'shop' } }, { namespace: 'own' }).namespace, 'own')
  assert.equal(accessOf({ cluster: { 'tls-server-name': 'n' } }, { tlsServerName: 'm' }).tlsServerName, 'm')
  assert.equal(accessOf({ cluster: { 'tls-server-name': '', 'proxy-url': '' } }).tlsServerName, undefined)
  assert.equal(text(accessOf({ cluster: { 'certificate-authority': 'file.pem' } }).ca), 'FILE')
  assert.equal(
    text(
      accessOf({ cluster: { 'certificate-authority-data': base64('CA') } }, { certificateAuthority: 'file.pem' }).ca,
    ),
    'FILE',
  )
})

test('the certificate of the server is checked unless a yes of YAML says otherwise', () => {
  for (const yes of ['true', 'yes', 'on', 'y', 'TRUE']) {
    const access = accessOf({
      cluster: { 'insecure-skip-tls-verify': yes, 'certificate-authority-data': base64('CA') },
    })
    assert.deepEqual([access.insecure, access.ca], [true, undefined], yes)
  }
  for (const no of ['false', 'no', '', '1', 'truex'])
    assert.equal(accessOf({ cluster: { 'insecure-skip-tls-verify': no } }).insecure, false, no)
  assert.equal(
    accessOf({ cluster: { 'insecure-skip-tls-verify': 'true' } }, { insecureSkipTlsVerify: false }).insecure,
    false,
  )
})

test('an address: its scheme, its slashes, and what it is without one', () => {
  for (const [server, flags, expected] of [
    ['https://a/b//', {}, 'https://a/b'],
    ['HTTP://a', {}, 'HTTP://a'],
    ['a:1', {}, 'http://a:1'],
    ['a:1', { insecureSkipTlsVerify: true }, 'https://a:1'],
    ['a:1', { certificateAuthority: 'file.pem' }, 'https://a:1'],
  ] as const)
    assert.equal(accessOf({ cluster: { server } }, flags).server, expected)
  for (const server of ['ftp://a', 'http://', 'http://a b'])
    assert.throws(() => accessOf({ cluster: { server } }), /invalid server address/)
  assert.throws(() => accessOf({}, { cluster: 'none' }), /cluster has no server defined/)
  const nowhere = accessOf({ current: '' })
  assert.equal(nowhere.server, 'http://localhost:8080')
  assert.match(nowhere.missingConfig ?? '', /^No current context is set in .*config\. Set KUBECONFIG/)
  assert.match(
    resolveAccess({ kubeconfig: undefined }, testHost()).missingConfig ?? '',
    /^No kubeconfig was found at \/nonexistent/,
  )
})

test('names that are not there: of a flag, with what there is; of the kubeconfig', () => {
  for (const [flags, message, hint] of [
    [{ context: 'x' }, 'context "x" does not exist', 'The kubeconfig has the contexts: main'],
    [{ cluster: 'x' }, 'cluster "x" does not exist', 'The kubeconfig has the clusters: c, none'],
    [{ user: 'x' }, 'auth info "x" does not exist', 'The kubeconfig has the users: u, other'],
  ] as const)
    assert.throws(() => accessOf({}, flags), { message, hint })
  assert.throws(() => accessOf({ current: 'x' }), /context was not found for specified context: x/)
  assert.throws(() => accessOf({ context: { cluster: 'x' } }), /cluster "x" was not found for context "main"/)
  assert.throws(() => accessOf({ context: { user: 'x' } }), /user "x" was not found for context "main"/)
  assert.equal(accessOf({}, { user: 'other' }).user.token, 'of other')
})

test('who asks: --token replaces every other way, --client-certificate its own', () => {
  const user = {
    token: 't',
    tokenFile: 'token',
    username: 'n',
    password: 'p',
    'client-certificate-data': base64('CERT'),
    'client-key': 'file.pem',
    exec: { command: 'x', apiVersion: 'client.authentication.k8s.io/v1beta1' },
    'auth-provider': { name: 'oidc', config: { 'id-token': 'i', list: [1] } },
  }
  const own = accessOf({ user }).user
  assert.deepEqual(
    [
      own.token,
      own.tokenFile,
      own.username,
      own.password,
      text(own.cert),
      text(own.key),
      own.exec?.command,
      own.authProvider,
    ],
    ['t', join(folder, 'token'), 'n', 'p', 'CERT', 'FILE', 'x', { name: 'oidc', config: { 'id-token': 'i' } }],
  )
  const given = accessOf({ user }, { token: 'flag', clientCertificate: 'file.pem' }).user
  assert.deepEqual(
    [given.token, given.tokenFile, given.username, given.password, text(given.cert), given.exec, given.authProvider],
    ['flag', undefined, undefined, undefined, 'FILE', undefined, undefined],
  )
  const none = accessOf({ user: { token: '', username: '', password: '' } }).user
  assert.ok(Object.values(none).every((value) => value === undefined))
  assert.throws(
    () => accessOf({ user: { 'client-key': 'none' } }),
    /unable to read client-key .*none for u due to open .*none: no such file or directory/,
  )
  assert.throws(() => accessOf({}, { clientCertificate: 'none' }), {
    message: `open ${join(folder, 'none')}: no such file or directory`,
  })
})

test('a plugin: what it must say, and what it is told of the cluster', () => {
  const exec = { command: 'x', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' }
  const plugin = (more: object, cluster: object = {}) =>
    accessOf({ user: { exec: { ...exec, ...more } }, cluster }).user.exec
  assert.deepEqual(plugin({}), {
    command: 'x',
    args: [],
    env: new Map(),
    apiVersion: 'client.authentication.k8s.io/v1',
    installHint: undefined,
    provideClusterInfo: false,
    interactiveMode: 'Never',
    directory: folder,
    cluster: { server: 'https://api.test' },
  })
  const full = plugin(
    {
      args: ['a', 'b'],
      env: [{ name: 'E', value: 'v' }, { name: 'F' }],
      installHint: 'get it',
      provideClusterInfo: true,
    },
    {
      'tls-server-name': 'n',
      'proxy-url': 'http://p',
      'certificate-authority-data': base64('CA'),
      extensions: [
        { name: 'other', extension: 1 },
        { name: 'client.authentication.k8s.io/exec', extension: { k: 'v' } },
      ],
    },
  )
  assert.deepEqual(
    [full?.args, full?.env, full?.installHint, full?.provideClusterInfo],
    [
      ['a', 'b'],
      new Map([
        ['E', 'v'],
        ['F', ''],
      ]),
      'get it',
      true,
    ],
  )
  assert.deepEqual(full?.cluster, {
    server: 'https://api.test',
    'tls-server-name': 'n',
    'certificate-authority-data': base64('CA'),
    'proxy-url': 'http://p',
    config: { k: 'v' },
  })
  assert.deepEqual(plugin({}, { 'insecure-skip-tls-verify': true })?.cluster, {
    server: 'https://api.test',
    'insecure-skip-tls-verify': true,
  })
  assert.equal(
    plugin({ apiVersion: 'client.authentication.k8s.io/v1beta1', interactiveMode: '' })?.interactiveMode,
    'IfAvailable',
  )
  for (const [more, what] of [
    [{ command: '' }, 'command'],
    [{ apiVersion: '' }, 'apiVersion'],
    [{ interactiveMode: '' }, 'interactiveMode'],
    [{ env: [{ value: 'v' }] }, 'env variable name'],
  ] as const)
    assert.throws(() => plugin(more), new RegExp(`${what} must be specified for u to use exec authentication plugin`))
})

test('for whom: flags go before the entry, extra values are added to its own', () => {
  const user = { as: 'a', 'as-uid': '1', 'as-groups': ['g'], 'as-user-extra': { k: ['v'] } }
  assert.deepEqual(accessOf({ user }).impersonate, {
    user: 'a',
    uid: '1',
    groups: ['g'],
    extra: new Map([['k', ['v']]]),
  })
  assert.deepEqual(
    accessOf({ user }, { as: 'b', asUid: '2', asGroup: ['h', 'i'], asUserExtra: ['k=w', 'l=x=y', 'm'] }).impersonate,
    {
      user: 'b',
      uid: '2',
      groups: ['h', 'i'],
      extra: new Map([
        ['k', ['v', 'w']],
        ['l', ['x=y']],
        ['m', ['']],
      ]),
    },
  )
  assert.deepEqual(accessOf({ user: { as: 'a' } }).impersonate, {
    user: 'a',
    uid: undefined,
    groups: [],
    extra: new Map(),
  })
  for (const flags of [{ asUid: '1' }, { asGroup: ['g'] }, { asUserExtra: ['k=v'] }])
    assert.throws(() => accessOf({}, flags), /requesting uid, groups or user-extra without impersonating a user/)
})
