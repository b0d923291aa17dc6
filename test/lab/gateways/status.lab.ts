import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Output } from '../lab.ts'
import { fullName, type Gateway, openGateways } from './gateway.ts'
import { holdBack, loseControlPlane } from './lost-control-plane.ts'
import { matches, until } from './until.ts'

const { lab, all, run } = await openGateways()

/** The counters of the proxy's own streams: they would tell of a stream that was taken from it. */
async function streams(gateway: Gateway): Promise<string> {
  const text = await lab.admin(
    gateway.proxy,
    'stats?filter=connected_state|update_(success|rejected|failure)|version',
    gateway.adminPort,
  )
  // Clusters by DNS count each time that they resolve a name.
  return text.replaceAll(/^cluster\.(?:projectcontour_\S+|xds_cluster|prometheus_stats)\..*\n/gm, '')
}

/** One more route, made or removed: a new virtual host. */
async function route(gateway: Gateway, isThere: boolean): Promise<void> {
  const object =
    gateway.name === 'Contour'
      ? {
          apiVersion: 'projectcontour.io/v1',
          kind: 'HTTPProxy',
          metadata: { name: 'late', namespace: 'shop' },
          spec: { virtualhost: { fqdn: 'late.example.com' }, routes: [{ services: [{ name: 'web', port: 80 }] }] },
        }
      : {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: { name: 'late', namespace: 'edge' },
          spec: {
            parentRefs: [{ name: 'eg', sectionName: 'http' }],
            hostnames: ['late.example.com'],
            rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
          },
        }
  const verb = isThere ? ['apply'] : ['delete', '--ignore-not-found']
  const { code, stderr } = await lab.run('sh', [
    '-c',
    'printf %s "$0" | kubectl "$@" -f -',
    JSON.stringify(object),
    ...verb,
  ])
  assert.equal(code, 0, stderr)
}

for (const gateway of all) {
  const { name } = gateway
  const pod = fullName(gateway.proxy)
  const losing = { lab, ...gateway, flags: [] }
  const difference = (...args: string[]) => run('status', pod, ...args)
  const row = ({ stdout }: Output) => stdout.split('\n').find((line) => line.startsWith(pod)) ?? ''

  test(`${name}: the proxy has what would be sent, and asking leaves its streams, counters and versions alone`, async (t) => {
    await until(difference, matches)
    const before = await streams(gateway)
    const { code, stderr } = await difference('--exit-code')
    assert.equal(code, 0, stderr)
    assert.match(stderr, new RegExp(`compared with what ${fullName(gateway.controller)} would send`))
    const after = await streams(gateway)
    assert.equal(after, before)
    t.diagnostic(`${after.trim().split('\n').length} counters and versions the same before and after`)
  })

  test(`${name}: a change that is held back is STALE, and what differs is shown; the same after it has come is not`, async () => {
    await route(gateway, false)
    await until(difference, matches)
    await holdBack(losing, true)
    try {
      await route(gateway, true)
      const shown = await until(difference, ({ stdout }) => /^Routes don't match/m.test(stdout))
      assert.match(shown.stdout, /late\.example\.com|late/)
      const table = await run('status', '-n', gateway.proxy.namespace)
      assert.match(row(table), /STALE/)
      assert.match(
        table.stderr,
        new RegExp(`${pod}: RDS: 1 differs from what ${fullName(gateway.controller)} would send`),
      )
    } finally {
      await holdBack(losing, false)
    }
    await until(difference, matches)
    await route(gateway, false)
    await until(difference, matches)
  })

  test(`${name}: an Envoy that is stopped does not answer, and that is what is said`, async () => {
    const pid = await lab.envoyPid(gateway.proxy)
    process.kill(pid, 'SIGSTOP')
    try {
      const table = await run('status', '-n', gateway.proxy.namespace, '--request-timeout', '4s')
      assert.match(row(table), /UNKNOWN/)
      assert.match(table.stderr, new RegExp(`${pod}: .*(sent nothing|did not answer|nothing came|within 4 s)`))
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  })

  test(`${name}: certificates that may not be read: the missing rule, and the proxy's self-reported status`, async () => {
    const context = ['--context', 'ops']
    const object = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: 'proxies' },
          rules: [
            { apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list'] },
            { apiGroups: [''], resources: ['pods/portforward'], verbs: ['get', 'create'] },
          ],
        },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name: 'proxies' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'proxies' },
          subjects: [{ kind: 'User', name: 'ops' }],
        },
      ],
    }
    await lab.run('sh', ['-c', 'printf %s "$0" | kubectl apply -f -', JSON.stringify(object)])
    const shown = await until(
      () => difference(...context),
      ({ stderr }) => stderr.includes('resources: ["secrets"]'),
    )
    assert.match(shown.stderr, /^no control plane to compare with: the proxy's certificates are in Secret "envoy/)
    assert.match(row(shown), /SYNCED/)
  })

  test(`${name}: a control plane that died, and one that was never reached`, async () => {
    const dead = await loseControlPlane(losing)
    assert.match(
      dead.stderr,
      new RegExp(`no control plane to compare with: ${fullName(gateway.controller)} refuses connections`),
    )
  })
}

test('all control planes of the cluster are in one table', async () => {
  const { stdout, stderr } = await until(
    () => run('status', '--exit-code'),
    ({ code }) => code === 0,
  )
  for (const { proxy, name } of all) assert.match(stdout, new RegExp(`^${fullName(proxy)} .* ${name} `, 'm'))
  assert.match(stderr, /^(\d+) proxies: \1 SYNCED$/m)
})

test('Envoy Gateway: an update that Envoy rejects', async () => {
  const gateway = all.find(({ name }) => name === 'Envoy Gateway')
  assert.ok(gateway !== undefined, 'the lab is up without the part envoy-gateway')
  const manifest = new URL('../manifests/gateways/case-envoy-gateway-nack.yaml', import.meta.url).pathname
  const pod = fullName(gateway.proxy)
  try {
    await lab.kubectl('apply', '-f', manifest)
    const shown = await until(
      () => run('status', pod),
      ({ stdout }) => stdout.includes('rejected by Envoy'),
    )
    assert.match(shown.stdout, /^ {2}! edge\/eg\/tcp: rejected by Envoy: malformed IP address: not-an-ip/m)
    const table = await run('status', '-n', gateway.proxy.namespace)
    assert.match(table.stdout, new RegExp(`^${pod} .*ERROR`, 'm'))
  } finally {
    await lab.kubectl('delete', '-f', manifest)
  }
  await until(() => run('status', pod), matches)
})
