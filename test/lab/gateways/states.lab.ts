import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Output } from '../lab.ts'
import { fullName, type Gateway, openGateways } from './gateway.ts'
import { matches, until } from './until.ts'

const { lab, all, run } = await openGateways()

async function apply(...objects: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const { code, stderr } = await lab.run('sh', ['-c', 'printf %s "$0" | kubectl apply -f -', list])
  assert.equal(code, 0, stderr)
}

async function read(...what: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await lab.kubectl('get', ...what, '-o', 'json')
  return JSON.parse(stdout) as Record<string, unknown>
}

/** A Secret as it can be made again. */
async function secretOf(name: string, namespace: string): Promise<object> {
  const { data, type } = await read('secret', name, '-n', namespace)
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data, type }
}

/** A route with a host of its own, to a backend or with a body. */
function route({ name, backends }: Gateway, host: string): object {
  const hostname = `${host}.example.com`
  return name === 'Contour'
    ? {
        apiVersion: 'projectcontour.io/v1',
        kind: 'HTTPProxy',
        metadata: { name: host, namespace: backends },
        spec: { virtualhost: { fqdn: hostname }, routes: [{ services: [{ name: 'web', port: 80 }] }] },
      }
    : {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: host, namespace: backends },
        spec: {
          parentRefs: [{ name: 'eg', sectionName: 'http' }],
          hostnames: [hostname],
          rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
        },
      }
}

for (const gateway of all) {
  const { name, proxy, backends } = gateway
  const pod = fullName(proxy)
  const kind = name === 'Contour' ? 'httpproxy' : 'httproute'
  const difference = (...args: string[]) => run('status', pod, ...args)
  const table = () => run('status', '-n', proxy.namespace)
  const row = ({ stdout }: Output) => stdout.split('\n').find((line) => line.startsWith(pod)) ?? ''

  test(`${name}: a change while Envoy is stopped: the dump of before differs, Envoy itself does not answer`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stopped-'))
    const pid = await lab.envoyPid(proxy)
    try {
      await until(difference, matches)
      const file = join(folder, 'before.json')
      writeFileSync(file, await lab.admin(proxy, 'config_dump?include_eds', gateway.adminPort))
      process.kill(pid, 'SIGSTOP')
      await apply(route(gateway, 'stopped'))
      const held = await until(
        () => difference('--file', file),
        ({ stdout }) => /^Routes don't match/m.test(stdout),
      )
      assert.match(held.stdout, /stopped\.example\.com/)
      assert.match(held.stdout, /^Clusters (?:Match|don't match)$/m)
      const silent = await difference('--request-timeout', '4s')
      assert.notEqual(silent.code, 0)
      assert.match(silent.stderr, /sent nothing|did not answer|nothing came|within 4 s/)
    } finally {
      process.kill(pid, 'SIGCONT')
      await until(difference, matches)
      await lab.kubectl('delete', kind, 'stopped', '-n', backends)
      rmSync(folder, { recursive: true })
    }
    await until(difference, matches)
  })

  test(`${name}: the Secret with the proxy's certificates is gone`, async () => {
    const secret = name === 'Contour' ? 'envoycert' : 'envoy'
    const kept = await secretOf(secret, proxy.namespace)
    await lab.kubectl('delete', 'secret', secret, '-n', proxy.namespace)
    try {
      const shown = await difference()
      assert.equal(shown.code, 1)
      assert.match(
        shown.stderr,
        new RegExp(`no control plane to compare with: the proxy's certificates are in Secret "${secret}" of namespace`),
      )
      assert.match(shown.stderr, /not found/)
      assert.match(shown.stderr, /--xds-ca, --xds-cert and --xds-key take certificates from files instead/)
      assert.match(row(shown), /SYNCED/)
    } finally {
      await apply(kept)
    }
  })

  test(`${name}: the Secret of a host is gone: both sides are without it, and the trace names the object`, async () => {
    const kept = await secretOf('shop-cert', backends)
    await lab.kubectl('delete', 'secret', 'shop-cert', '-n', backends)
    try {
      const trace = () => run('trace', proxy.name, '-n', proxy.namespace, 'https://shop.example.com/')
      const object = name === 'Contour' ? 'HTTPProxy secure\\.shop' : 'Gateway eg\\.edge'
      const shown = await until(trace, ({ stdout, stderr }) =>
        new RegExp(`${object}: .*shop-cert`).test(stderr + stdout),
      )
      assert.match(shown.stdout, /no listener|no filter chain/)
      await until(difference, matches)
      assert.match(row(await until(table, (answer) => /SYNCED/.test(row(answer)))), /SYNCED.*SYNCED/)
    } finally {
      await apply(kept)
    }
    await until(difference, matches)
  })
}

test('Contour: an update that Envoy rejects again and again is an ERROR, with its route configuration', async () => {
  const gateway = all.find(({ name }) => name === 'Contour')
  assert.ok(gateway !== undefined, 'the lab is up without the part contour')
  const { proxy, backends } = gateway
  const pod = fullName(proxy)
  // Envoy takes 4 kB; Contour does not look.
  const policy = { directResponsePolicy: { statusCode: 200, body: 'x'.repeat(5000) } }
  const spec = { virtualhost: { fqdn: 'large.example.com' }, routes: [policy] }
  await apply({
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name: 'large', namespace: backends },
    spec,
  })
  try {
    const shown = await until(
      () => run('status', '-n', proxy.namespace),
      ({ stdout, stderr }) => new RegExp(`^${pod} .*ERROR`, 'm').test(stdout) && stderr.includes("Envoy's log)"),
    )
    assert.match(
      shown.stderr,
      /RDS rejected: [\d,]+ updates? of ingress_http while it was asked: .*maximum is 4096 \(Envoy's log\)/,
    )
    const difference = await run('status', pod)
    assert.match(difference.stdout, /^Routes don't match/m)
    assert.match(difference.stderr, /RDS rejected: [\d,]+ updates? of ingress_http/)
  } finally {
    await lab.kubectl('delete', 'httpproxy', 'large', '-n', backends)
  }
  await until(() => run('status', pod), matches)
})
