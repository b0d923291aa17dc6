import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { examples } from '../../../src/commands/query/schema/examples.ts'
import { type Lab, type Output, openLab } from '../lab.ts'

let lab: Lab
const folder = mkdtempSync(join(tmpdir(), 'query-lab-'))
const file = join(folder, 'mesh.zip')
before(async () => {
  lab = await openLab()
  await ours('capture', '-A', '--to', file)
})
after(() => rmSync(folder, { recursive: true }))

const ours = (...args: string[]): Promise<Output> => lab.run(process.execPath, ['src/main.ts', ...args])
/** No kubeconfig leads to the cluster: the capture alone answers. */
const saved = (...args: string[]): Promise<Output> =>
  lab.run(process.execPath, ['src/main.ts', ...args, '--capture', file], { KUBECONFIG: '/nonexistent' })

/** Of the same mesh: where it changed between both, as listeners of an earlier test that drain do, it is captured and asked anew. */
async function liveAndSaved(...args: string[]): Promise<{ readonly live: Output; readonly kept: Output }> {
  for (let tries = 0; ; tries++) {
    const [live, kept] = [await ours(...args), await saved(...args)]
    if (live.stdout === kept.stdout || tries === 4) return { live, kept }
    await sleep(15_000)
    rmSync(file)
    await ours('capture', '-A', '--to', file)
  }
}

/** Questions that every mesh has an answer to: the others ask for what is wrong, or for a second Kubernetes cluster. */
const answered = /route to a host|versions of Envoy|Which TLS versions|Which issuers|On which ports/

for (const { question, statement } of examples)
  test(`live and from a capture: ${question}`, async (t) => {
    const { live, kept } = await liveAndSaved('query', statement, '-A', '-o', 'jsonl')
    t.diagnostic(live.stdout.split('\n').slice(0, 3).join('\n'))
    // Some pods of the lab have no admin interface that answers: they are named, and the others are asked.
    assert.ok(live.code <= 1, live.stderr)
    assert.doesNotMatch(live.stderr, /internal error/)
    assert.equal(kept.stdout, live.stdout, kept.stderr)
    if (answered.test(question)) assert.notEqual(live.stdout, '')
  })

test('the statuses of the mesh are those of proxy-status, and every proxy has its pod', async () => {
  const asked = await ours('query', 'SELECT name, status FROM status ORDER BY name', '-A', '-o', 'csv')
  const shown: { name: string }[] = JSON.parse((await ours('status', '-o', 'json')).stdout)
  const names = asked.stdout
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[0])
  assert.deepEqual(names, shown.map(({ name }) => name).toSorted())
  const pods = await ours(
    'query',
    'SELECT count(*) AS n FROM proxies WHERE pod IS NULL OR node IS NULL',
    '-A',
    '-o',
    'csv',
  )
  assert.equal(pods.stdout, 'n\r\n0\r\n')
})

test('the API server takes the manifest of docs/at-scale.md, and its ServiceAccount may export the mesh', async () => {
  const page = readFileSync(new URL('../../../docs/at-scale.md', import.meta.url), 'utf8')
  const manifest = /```yaml\n(apiVersion: v1\nkind: ServiceAccount[\s\S]*?)```/.exec(page)?.[1] ?? ''
  const path = join(folder, 'cron-job.yaml')
  // The namespace is there, unlike that of the page.
  writeFileSync(path, manifest.replaceAll('namespace: proxy-export', 'namespace: default'))
  const checked = await lab.kubectl('apply', '--dry-run=server', '--validate=strict', '-f', path)
  assert.equal(checked.code, 0, checked.stderr)
  const [account, role, binding] = manifest.split('---\n')
  writeFileSync(
    path,
    [account, role, binding].join('---\n').replaceAll('namespace: proxy-export', 'namespace: default'),
  )
  try {
    assert.equal((await lab.kubectl('apply', '-f', path)).code, 0)
    const as = ['--as', 'system:serviceaccount:default:proxy-export']
    const words = ['export', '-A', '--dir', join(folder, 'mesh'), '--cluster-name', 'lab', '-o', 'json']
    const { code, stdout, stderr } = await ours(...words, ...as)
    assert.ok(code <= 1, stderr)
    assert.doesNotMatch(stderr, /forbidden/)
    const kinds: { kind: string; rows: number }[] = JSON.parse(stdout)
    assert.ok(kinds.some(({ kind, rows }) => kind === 'status' && rows > 0))
  } finally {
    await lab.kubectl('delete', '-f', path, '--ignore-not-found')
  }
})
