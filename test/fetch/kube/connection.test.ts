import assert from 'node:assert/strict'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { test } from 'node:test'
import type { ClusterAccess, ClusterUser } from '../../../src/fetch/kube/access/access.ts'
import { openConnection } from '../../../src/fetch/kube/api/connection.ts'
import { testHost } from './test-host.ts'

const nobody: ClusterUser = {
  token: undefined,
  tokenFile: undefined,
  username: undefined,
  password: undefined,
  cert: undefined,
  key: undefined,
  exec: undefined,
  authProvider: undefined,
}

function accessOf(more: Partial<ClusterAccess> = {}): ClusterAccess {
  return {
    server: 'https://example.com',
    namespace: 'default',
    ca: undefined,
    insecure: false,
    tlsServerName: undefined,
    user: nobody,
    impersonate: { user: undefined, uid: undefined, groups: [], extra: new Map() },
    proxyUrl: undefined,
    requestTimeout: undefined,
    maxSize: 1,
    missingConfig: undefined,
    ...more,
  }
}

/** The agent of a connection; and what it would do with its sockets. */
async function agentOf(more: Partial<ClusterAccess>, env: Record<string, string> = {}) {
  const connection = openConnection(accessOf(more), testHost({ env }))
  try {
    const { agent } = await connection.dialog()
    return { agent, options: (agent as unknown as { options: Record<string, unknown> }).options }
  } finally {
    connection.close()
  }
}

test('TLS: whom to trust, which name to check and to send, what to show', async () => {
  const bytes = (text: string) => Buffer.from(text)
  const tls = async (more: Partial<ClusterAccess>) => {
    const { agent, options } = await agentOf(more)
    assert.ok(agent instanceof HttpsAgent)
    const { ca, cert, key, servername, rejectUnauthorized, allowPartialTrustChain, checkServerIdentity, keepAlive } =
      options
    assert.deepEqual([allowPartialTrustChain, keepAlive], [true, true])
    const shown = (value: unknown) => (Buffer.isBuffer(value) ? value.toString() : value)
    return [shown(ca), shown(cert), shown(key), servername, rejectUnauthorized, typeof checkServerIdentity].join(' ')
  }
  const ca = bytes('CA')
  assert.equal(await tls({ ca }), 'CA    true undefined')
  assert.equal(await tls({ ca, insecure: true }), 'CA    false undefined')
  assert.equal(await tls({ ca, user: { ...nobody, cert: bytes('C'), key: bytes('K') } }), 'CA C K  true undefined')
  assert.equal(await tls({ ca, tlsServerName: 'a.example' }), 'CA   a.example true function')
  assert.equal(await tls({ ca, tlsServerName: '10.0.0.1' }), 'CA    true function', 'an address is checked, not sent')
  const { options } = await agentOf({ ca, tlsServerName: 'a.example' })
  const check = options.checkServerIdentity as (host: string, peer: object) => Error | undefined
  const peer = { subject: { CN: '' }, subjectaltname: 'DNS:a.example' }
  assert.equal(check('other.example', peer), undefined)
  assert.match(String(check('a.example', { ...peer, subjectaltname: 'DNS:b.example' })), /a\.example/)
})

test('plain HTTP, and the proxy that the environment or the cluster names', async () => {
  const plain = await agentOf({ server: 'http://example.com' })
  assert.ok(!(plain.agent instanceof HttpsAgent))
  assert.deepEqual([plain.options.keepAlive, plain.options.proxyEnv, plain.options.ca], [true, undefined, undefined])
  const env = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://open:2' }
  const proxyOf = async (more: Partial<ClusterAccess>) => (await agentOf(more, env)).options.proxyEnv
  assert.deepEqual(await proxyOf({}), { HTTPS_PROXY: 'http://secure:1/' })
  assert.deepEqual(await proxyOf({ server: 'http://example.com' }), { HTTP_PROXY: 'http://open:2/' })
  assert.deepEqual(await proxyOf({ proxyUrl: 'http://own:3' }), { HTTPS_PROXY: 'http://own:3/' })
  assert.equal(await proxyOf({ server: 'https://127.0.0.1' }), undefined)
  for (const proxyUrl of ['socks5://p:1', 'socks5h://p:1']) {
    const { agent } = await agentOf({ proxyUrl })
    assert.ok(!(agent instanceof HttpsAgent) && agent.constructor.name === 'SocksProxyAgent')
    assert.equal((agent as unknown as { shouldLookup: boolean }).shouldLookup, false, 'the proxy looks the name up')
  }
})

test('one session for all requests, a new one after a failure; its connections end with it', async () => {
  const exec = {
    command: '/nonexistent/plugin',
    args: [],
    env: new Map<string, string>(),
    apiVersion: 'client.authentication.k8s.io/v1',
    installHint: undefined,
    provideClusterInfo: false,
    interactiveMode: 'Never',
    directory: '/',
    cluster: {},
  }
  const failing = openConnection(accessOf({ user: { ...nobody, exec } }), testHost())
  const first = failing.dialog()
  await assert.rejects(first, /plugin not found/)
  const second = failing.dialog()
  await assert.rejects(second, /plugin not found/)
  const errors = await Promise.all([first, second].map((each) => each.catch((error: unknown) => error)))
  assert.notEqual(errors[0], errors[1], 'the plugin was looked for again')
  const steady = openConnection(accessOf({ user: { ...nobody, token: 't' } }), testHost())
  const [one, two] = await Promise.all([steady.dialog(), steady.dialog()])
  assert.equal(one.agent, two.agent)
  assert.equal((await steady.dialog()).agent, one.agent)
  assert.deepEqual(one.headers, { Authorization: 'Bearer t' })
  let ended = 0
  one.agent.destroy = () => void ended++
  steady.close()
  steady.close()
  assert.equal(ended, 1)
  assert.ok(one.agent instanceof HttpAgent)
})
