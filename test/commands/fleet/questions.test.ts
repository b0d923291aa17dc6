import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
const pagesOf = (kind: string): Readonly<Record<string, string>> => ({
  config_dump: fixture(`${kind}/config_dump.json`),
  clusters: fixture(`${kind}/clusters.json`),
  certs: '{"certificates": []}',
  server_info: '{"state": "LIVE", "version": "v/1.36.2/x/y/z"}',
})
const sidecar = pagesOf('sidecar')
const gateway = pagesOf('gateway')

let mesh: RunningMesh
let folder: string
let capture: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'questions-'))
  capture = join(folder, 'mesh.zip')
  mesh = await startMesh({
    pods: [meshPod('gw-1', 'edge'), meshPod('web-1', 'default'), meshPod('web-2', 'default')],
    answer: (pod, _port, path) => (pod === 'gw-1' ? gateway : sidecar)[path.split('?')[0] ?? ''],
  })
  await mesh.run('capture', '-A', '--to', capture)
})
after(async () => {
  await mesh.close()
  rmSync(folder, { recursive: true })
})

/** What is printed live, which has to be the same from the capture. */
async function answerOf(...argv: string[]): Promise<string[]> {
  const live = await mesh.run(...argv, '--no-headers')
  assert.equal(live.code, 0, live.err)
  const saved = await runProgram([...argv, '--no-headers', '--capture', capture])
  assert.deepEqual([saved.code, saved.out], [0, live.out], saved.err)
  return live.out.trim().split('\n')
}

const address = /"address": "(10\.[\d.]+|127\.[\d.]+|172\.[\d.]+)",\s*"port_value": (\d+)/.exec(sidecar.clusters ?? '')

test('who sends to an address', async () => {
  const [, ip = ''] = address ?? []
  assert.notEqual(ip, '')
  const rows = await answerOf('endpoints', '-A', '--address', ip)
  assert.ok(rows.some((row) => row.startsWith('web-1.default ')))
  assert.ok(rows.every((row) => row.includes(ip)))
})

test('which proxies route a domain', async () => {
  const rows = await answerOf('routes', '-A', '--domain', 'reviews')
  assert.deepEqual([...new Set(rows.map((row) => row.split(' ')[0]))], ['web-1.default', 'web-2.default'])
})

test('which proxies have a secret', async () => {
  const rows = await answerOf('secrets', '-A', '--name', 'default')
  assert.ok(rows.some((row) => row.startsWith('web-2.default ')))
})

test('whether a cluster is the same everywhere', async () => {
  const rows = await answerOf('clusters', '-A', '--fqdn', 'reviews.default', '--group')
  assert.ok(rows.length > 1)
  for (const row of rows) assert.match(row, /^(?:3 of 3|2 of 3: not gw-1\.edge|1 of 3: gw-1\.edge) /)
  assert.match((await answerOf('bootstrap', '-A', '--group')).join('\n'), /^[123] of 3.* Envoy Version /m)
  const odd = await answerOf('listeners', '-A', '--odd')
  assert.ok(odd.some((row) => row.startsWith('1 of 3: gw-1.edge ')))
  assert.ok(odd.some((row) => row.startsWith('2 of 3: not gw-1.edge ')))
})
