import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLab } from '../lab.ts'
import { fullName, programOf } from './gateway.ts'
import { matches, until } from './until.ts'

const lab = await openLab('gateways')
assert.ok(
  lab.env.LAB_PARTS?.split(' ').includes('gateway-namespace'),
  'the lab is up without the part gateway-namespace',
)
const run = programOf(lab)
const system = 'gateway-namespace-system'
const proxy = await lab.pod('app.kubernetes.io/name=envoy', 'team')
const controller = await lab.pod('control-plane=envoy-gateway', system)
const pod = fullName(proxy)
const difference = (...args: string[]) => run('status', pod, ...args)

test('gateway-namespace mode: asked with a token like that of the pod, and its streams, counters and versions stay', async (t) => {
  await until(difference, matches)
  const streams = () => lab.admin(proxy, 'stats?filter=connected_state|update_|version|upstream_cx_total', 19_000)
  const withoutDns = (text: string) => text.replaceAll(/^cluster\.(?:xds_cluster|prometheus_stats)\.update_.*\n/gm, '')
  const before = withoutDns(await streams())
  const { code, stderr } = await difference('--exit-code')
  assert.equal(code, 0, stderr)
  assert.match(stderr, new RegExp(`compared with what ${fullName(controller)} would send`))
  const after = withoutDns(await streams())
  assert.equal(after, before)
  t.diagnostic(`${after.trim().split('\n').length} counters and versions the same before and after`)
  const { stdout } = await run('status', '-n', 'team')
  assert.match(stdout, new RegExp(`^${pod} +team/front +SYNCED.* Envoy Gateway `, 'm'))
})

test('gateway-namespace mode: a change that is held back', async () => {
  const holdBack = (flag: string) =>
    lab.exec(proxy.netns, ['iptables', flag, 'INPUT', '-p', 'tcp', '--sport', '18000', '-j', 'DROP'])
  const hostnames = (...names: string[]) =>
    lab.kubectl(
      ...[
        'patch',
        'httproute',
        'plain',
        '-n',
        'team',
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { hostnames: names } }),
      ],
    )
  await holdBack('-A')
  try {
    await hostnames('team.example.com', 'late.example.com')
    const shown = await until(difference, ({ stdout }) => /^Routes don't match/m.test(stdout))
    assert.match(shown.stdout, /late/)
  } finally {
    await holdBack('-D')
    await hostnames('team.example.com')
  }
  await until(difference, matches)
})

test('gateway-namespace mode: a token for another audience is refused without a word, and what may be wrong is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'))
  const file = join(folder, 'token')
  try {
    const bound = ['--bound-object-kind', 'Pod', '--bound-object-name', proxy.name]
    const { stdout } = await lab.kubectl('create', 'token', 'front', '-n', 'team', '--audience', 'other', ...bound)
    writeFileSync(file, stdout)
    const { code, stderr } = await difference('--xds-token-file', file)
    assert.equal(code, 1)
    assert.match(stderr, /closed the call without an answer\. Showing the proxy's self-reported status/)
    assert.match(stderr, /^The token may be expired, for another audience, or of another pod than the proxy\.$/m)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('gateway-namespace mode: a control plane that ends every stream of the proxy', async () => {
  const binding = ['clusterrolebinding', `${system}-tokens`]
  const { stdout: kept } = await lab.kubectl('get', ...binding, '-o', 'json')
  await lab.kubectl('delete', ...binding)
  try {
    await lab.stop(controller)
    await lab.sync()
    const shown = await until(difference, ({ stderr }) => /streams were opened/.test(stderr))
    assert.match(
      shown.stderr,
      /not connected to its control plane: \d+ streams were opened on \d+ connections? to \S+:18000, and none is open/,
    )
    assert.match(shown.stdout, /STALE/)
  } finally {
    const { metadata: _, ...rest } = JSON.parse(kept)
    const object = JSON.stringify({ ...rest, metadata: { name: binding[1] } })
    await lab.run('sh', ['-c', 'printf %s "$0" | kubectl apply -f -', object])
  }
  await until(difference, matches)
})
