import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Output } from '../../lab.ts'
import { fullName, programOf } from '../gateway.ts'
import { holdBack, loseControlPlane } from '../lost-control-plane.ts'
import { matches, until } from '../until.ts'
import { openSnapshotServers, type SnapshotServer } from './snapshots.ts'

const { lab, all } = await openSnapshotServers()
const run = programOf(lab)
const adminPort = 9901
const ask = '--xds-second-stream'

type Resource = Record<string, unknown>

/** The counters and versions of the proxy's own streams: they would tell of a stream that was taken from it. */
async function streams({ proxy }: SnapshotServer): Promise<string> {
  const text = await lab.admin(
    proxy,
    'stats?filter=connected_state|update_(attempt|success|rejected|failure)|version|upstream_cx_total',
    adminPort,
  )
  // Clusters by DNS count each time that they resolve a name.
  return text.replaceAll(/^cluster\.xds\.update_.*\n/gm, '')
}

const typeOf = ({ '@type': type }: Resource) => String(type).split('.').at(-1)

/** Resources with those of a type changed. */
const changing = (type: string, change: (resource: Resource) => Resource) => (resources: Resource[]) =>
  resources.map((each) => (typeOf(each) === type ? change(each) : each))

const laterHost = changing('RouteConfiguration', ({ virtual_hosts, ...rest }) => ({
  ...rest,
  virtual_hosts: [
    ...(virtual_hosts as Resource[]),
    {
      name: 'late',
      domains: ['late.example.com'],
      routes: [{ match: { prefix: '/' }, direct_response: { status: 204 } }],
    },
  ],
}))

for (const server of all) {
  const { name, proxy, controller, xdsPort } = server
  // Between this one and its proxy stands what takes TLS.
  const sentFrom = xdsPort === 18_443 ? 443 : xdsPort
  const losing = { lab, proxy, controller, xdsPort, sentFrom, flags: [ask] }
  const pod = fullName(proxy)
  const difference = (...args: string[]) => run('status', pod, ask, ...args)
  const table = () => run('status', '-n', 'xds', ask)
  const row = ({ stdout }: Output) => stdout.split('\n').find((line) => line.startsWith(pod)) ?? ''

  test(`${name}: the proxy has what would be sent, and asking leaves its streams, counters and versions alone`, async (t) => {
    server.send()
    await until(difference, matches)
    const before = await streams(server)
    const { code, stderr } = await difference('--exit-code')
    assert.equal(code, 0, stderr)
    assert.match(stderr, new RegExp(`compared with what ${fullName(controller)} would send`))
    const after = await streams(server)
    assert.equal(after, before)
    t.diagnostic(`${after.trim().split('\n').length} counters and versions the same before and after`)
    // The stream of the proxy still brings what is new.
    server.send(laterHost)
    await until(
      () => run('routes', proxy.name, '-n', 'xds'),
      ({ stdout }) => stdout.includes('late.example.com'),
    )
    await until(difference, matches)
    server.send()
    await until(difference, matches)
  })

  test(`${name}: it is not asked without leave`, async () => {
    const { code, stdout, stderr } = await run('status', pod)
    assert.equal(code, 0)
    assert.match(stderr, /is not known to bear a second stream .* --xds-second-stream asks it all the same/)
    assert.match(stdout, new RegExp(`^${pod} .*SYNCED`, 'm'))
  })

  test(`${name}: a change that is held back is STALE, with the versions of both sides`, async () => {
    await holdBack(losing, true)
    try {
      server.send(laterHost)
      const shown = await until(difference, ({ stdout }) => /^Routes don't match/m.test(stdout))
      assert.match(shown.stdout, /late/)
      const found = await table()
      assert.match(row(found), /STALE/)
      assert.match(
        found.stderr,
        new RegExp(`${pod}: RDS: 1 differs from what ${fullName(controller)} would send: shop \\(version`),
      )
    } finally {
      await holdBack(losing, false)
    }
    server.send()
    await until(difference, matches)
  })

  test(`${name}: an update that Envoy rejects`, async () => {
    server.send(
      changing('Listener', (listener) => ({
        ...listener,
        address: { socket_address: { address: 'not-an-ip', port_value: 8080 } },
      })),
    )
    try {
      const shown = await until(difference, ({ stdout }) => stdout.includes('rejected by Envoy'))
      assert.match(shown.stdout, /^ {2}! http: rejected by Envoy: malformed IP address: not-an-ip/m)
      assert.match(row(await until(table, (answer) => /ERROR/.test(row(answer)))), /ERROR/)
    } finally {
      server.send()
    }
    await until(difference, matches)
  })

  test(`${name}: routes and endpoints that Envoy rejects: no error_state has them, its log has the reasons`, async () => {
    const large = {
      virtual_hosts: [
        {
          name: 'large',
          domains: ['*'],
          routes: [
            { match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'x'.repeat(5000) } } },
          ],
        },
      ],
    }
    const routes = changing('RouteConfiguration', ({ virtual_hosts: _, ...rest }) => ({ ...rest, ...large }))
    const address = { socket_address: { address: 'not-an-ip', port_value: 8080 } }
    const endpoints = changing('ClusterLoadAssignment', (each) =>
      each.cluster_name === 'api.internal'
        ? { ...each, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] }
        : each,
    )
    server.send((resources) => endpoints(routes(resources)))
    try {
      const found = await until(table, ({ stderr }) => /EDS rejected/.test(stderr) && /RDS rejected/.test(stderr))
      assert.match(row(found), /ERROR .*ERROR/)
      assert.match(
        found.stderr,
        /RDS rejected: .*of shop.*: response body size is 5000 bytes; maximum is 4096 \(Envoy's log\)/,
      )
      assert.match(found.stderr, /EDS rejected: .*of api\b.*: malformed IP address: not-an-ip.* \(Envoy's log\)/)
    } finally {
      server.send()
    }
    await until(difference, matches)
    assert.match(row(await table()), /SYNCED.*SYNCED.*SYNCED.*SYNCED/)
  })

  // What follows is slow, and the same with both.
  if (name === 'by id') diedAndNeverReached()
  else stopped()

  function stopped(): void {
    test(`${name}: a change while Envoy is stopped: the dump of before differs, Envoy itself does not answer`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'stopped-'))
      const pid = await lab.envoyPid(proxy)
      try {
        const file = join(folder, 'before.json')
        writeFileSync(file, await lab.admin(proxy, 'config_dump?include_eds', adminPort))
        process.kill(pid, 'SIGSTOP')
        server.send(laterHost)
        const held = await until(
          () => difference('--file', file),
          ({ stdout }) => /^Routes don't match/m.test(stdout),
        )
        assert.match(held.stdout, /late/)
        const silent = await difference('--request-timeout', '3s')
        assert.notEqual(silent.code, 0)
        assert.match(silent.stderr, /sent nothing|did not answer|nothing came|within 3 s/)
      } finally {
        process.kill(pid, 'SIGCONT')
        rmSync(folder, { recursive: true })
      }
      server.send()
      await until(difference, matches)
    })
  }

  function diedAndNeverReached(): void {
    test(`${name}: a control plane that died, and one that was never reached`, async () => {
      const dead = await loseControlPlane(losing)
      assert.match(dead.stderr, /not connected to its control plane: connections of xds fail/)
    })
  }
}
