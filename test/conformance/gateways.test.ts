import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { corpus, hasCorpus } from './corpus.ts'

// The admin pages of gateways of Envoy Gateway and Contour, as their live Envoys answered them, served again.

const pages: ReadonlyMap<string, string> = new Map([
  ['/config_dump', 'config_dump.json'],
  ['/clusters', 'clusters.json'],
  ['/stats', 'stats.json'],
  ['/server_info', 'server_info.json'],
  ['/init_dump', 'init_dump.json'],
  ['/certs', 'certs.json'],
])

/** `/stats` as text, `name: value` a line, in the form that `format=json` has. */
function statsOfText(text: string): string {
  const lines = text.split('\n').map((line) => line.split(': '))
  return JSON.stringify({
    stats: lines.flatMap(([name, value]) => (/^\d+$/.test(value ?? '') ? [{ name, value: Number(value) }] : [])),
  })
}

async function statusOf(t: TestContext, name: string) {
  const folder = join(corpus, 'gateways', name)
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(folder, pages.get(path) ?? 'none')
    const text = join(folder, 'stats.txt')
    if (existsSync(file)) response.end(readFileSync(file))
    else if (path === '/stats' && existsSync(text)) response.end(statsOfText(readFileSync(text, 'utf8')))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const live = await runProgram(['status', '--url', `http://127.0.0.1:${port}`, '-o', 'json', '--exit-code'])
  const saved = await runProgram(['status', '--file', join(folder, 'config_dump.json'), '-o', 'json', '--exit-code'])
  return { live, saved }
}

interface Row {
  readonly cluster?: string
  readonly connected: boolean | null
  readonly status: string
  readonly types: Readonly<Record<string, { status: string }>>
}

function rowOf(out: string): Row {
  const [row] = JSON.parse(out)
  return row
}

const states = [
  { name: 'contour', connected: true, status: 'SYNCED', code: 0, cluster: 'projectcontour', note: undefined },
  {
    name: 'contour-disconnected',
    connected: false,
    status: 'NOT CONNECTED',
    code: 1,
    cluster: 'projectcontour',
    note: /connections of contour fail: 10\.99\.1\.2:8001 \(609 of 611\)/,
  },
  { name: 'eg', connected: true, status: 'SYNCED', code: 0, cluster: 'edge/eg', note: undefined },
  {
    name: 'eg-not-connected',
    connected: false,
    status: 'NOT CONNECTED',
    code: 1,
    cluster: 'edge/eg',
    note: /xds_cluster has no endpoint: its name envoy-gateway\.envoy-gateway-system\.svc\.cluster\.local\. does not resolve/,
  },
] as const

for (const { name, connected, status, code, cluster, note } of states) {
  test(`${name}: status of the live proxy, and of its dump alone`, async (t) => {
    if (!hasCorpus(t, 'gateways')) return
    const { live, saved } = await statusOf(t, name)
    const row = rowOf(live.out)
    assert.deepEqual([row.connected, row.status, row.cluster, live.code], [connected, status, cluster, code])
    if (note !== undefined) assert.match(live.err, note)
    const alone = rowOf(saved.out)
    assert.deepEqual([alone.connected, saved.code], [null, 1])
    assert.ok(!Object.values(alone.types).some((type) => type.status === 'SYNCED'), saved.out)
  })
}

for (const name of ['contour', 'eg']) {
  test(`${name}: what the control plane sent and what its Envoy has are the same`, async (t) => {
    if (!hasCorpus(t, 'gateways')) return
    const file = (page: string) => join(corpus, 'gateways', name, page)
    const sides = ['--file', file('config_dump.json'), '--control-plane-file', file('sent-by-control-plane.json')]
    const { code, out } = await runProgram(['status', ...sides, '--exit-code', '-o', 'unified'])
    assert.match(out, /^Endpoints Match$/m)
    assert.doesNotMatch(out, /Pilot/)
    assert.equal(code, 0)
  })
}

test('eg-nack: a listener that was rejected, with what stays in use', async (t) => {
  if (!hasCorpus(t, 'gateways')) return
  const { saved } = await statusOf(t, 'eg-nack')
  assert.equal(rowOf(saved.out).types.LDS?.status, 'ERROR')
  assert.match(saved.err, /LDS rejected: edge\/eg\/tcp: malformed IP address: not-an-ip/)
})
