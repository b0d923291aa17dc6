import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Lab, type Output, openLab } from '../lab.ts'

let lab: Lab
const folder = mkdtempSync(join(tmpdir(), 'capture-lab-'))
const file = join(folder, 'mesh.zip')
before(async () => {
  lab = await openLab()
})
after(() => rmSync(folder, { recursive: true }))

const ours = (...args: string[]): Promise<Output> => lab.run(process.execPath, ['src/main.ts', ...args])
/** No kubeconfig leads to the cluster: the capture alone answers. */
const saved = (...args: string[]): Promise<Output> =>
  lab.run(process.execPath, ['src/main.ts', ...args, '--capture', file], { KUBECONFIG: '/nonexistent' })

/** What passes between two readings: ages, times, and the numbers that Envoy counts. Tokens stand where something is hidden. */
function withoutAges({ stdout }: Output): string {
  return inOrder(stdout)
    .replace(/\[redacted-[0-9a-f]{8}\]/g, '[redacted]')
    .replace(/\b(?:\d+(?:ms|[ywdhms]))+\b/g, 'AGE')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/ +/g, ' ')
}

/** Envoy gives the members of a Struct, as its node's metadata and labels, in another order each time. */
function inOrder(text: string): string {
  const labels = text.replace(/(?<=\blabels )\S+/g, (list) => list.split(',').toSorted().join(','))
  if (!/^[[{]/.test(labels)) return labels
  return JSON.stringify(
    JSON.parse(labels),
    (name, value) => {
      // A time, which Envoy leaves out where it is asked for the bootstrap alone.
      if (name === 'lastUpdated') return undefined
      // Envoy holds route configurations that stand in listeners in a hash set, and lists them as they lie there.
      if (name === 'staticRouteConfigs' && Array.isArray(value))
        return value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
      return isRecord ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value
    },
    1,
  )
}

test('capture -A, and then every command as from the cluster', async (t) => {
  const made = await ours('capture', '-A', '--to', file, '--logs', '10m')
  t.diagnostic(made.stderr.split('\n').slice(0, 12).join('\n'))
  assert.match(made.stderr, /\d+ proxies, 2 istiods, \d+ files; secrets are taken out\./)
  const [page, reviews, gateway] = await Promise.all([
    lab.pod('app=productpage'),
    lab.pod('app=reviews,version=v1'),
    lab.pod('deploy/istio-ingressgateway', 'istio-system'),
  ])
  const kinds = ['clusters', 'listeners', 'routes', 'filters', 'endpoints', 'secrets', 'bootstrap', 'ecds', 'scopes']
  const questions = [
    ...kinds.flatMap((kind) => [
      [kind, page.name],
      [kind, 'deploy/productpage-v1', '-o', 'json'],
      [kind, `${gateway.name}.istio-system`],
    ]),
    ['clusters', 'svc/reviews', '--fqdn', 'ratings'],
    ['clusters', 'sts/carts'],
    ['clusters', 'ds/agent'],
    ['clusters', 'job/import'],
    ['clusters', 'rc/catalog'],
    ['clusters', 'deploy/envoy-edge', '-n', 'edge'],
    ['clusters', 'gateway/bookinfo-gateway'],
    ['clusters', 'deploy/offline-v1'],
    ['clusters', 'pending-v1'],
    ['clusters', 'job/report'],
    ['clusters', 'no-such-pod'],
    ['clusters', 'deploy/no-such'],
    ['clusters', 'x', '-n', 'no-such-namespace'],
    ['clusters', '-l', 'app=reviews'],
    ['routes', '-l', 'app in (reviews,details)', '-o', 'name'],
    ['listeners', '-l', 'app=nothing'],
    ['all', page.name],
    ['all', 'deploy/details-v1', '-o', 'json'],
    ['certs', '-A'],
    ['certs', 'deploy/productpage-v1'],
    ['rootca-compare', '-A'],
    ['describe', 'pod', reviews.name],
    ['describe', 'service', 'reviews'],
    ['authz', page.name],
    ['log', page.name],
    ['status'],
    ['status', '-n', 'default'],
    ['status', '-l', 'app=reviews'],
    ['status', '-o', 'wide'],
    ['status', page.name],
    ['status', reviews.name, '-o', 'unified'],
    ['status', 'deploy/nack-v1'],
    ['status', '-n', 'edge'],
    ['lint', page.name],
    ['lint', '-A'],
    ['endpoints', '-A', '--address', reviews.ip],
    ['clusters', '-A', '--fqdn', 'reviews', '--group'],
    ['listeners', '-A', '--odd'],
    // Not -A: that an Envoy which still initializes rejects a masked dump is said of a live one only.
    ['routes', '--all-pods', 'deploy/reviews-v1', '--domain', 'reviews', '-o', 'csv'],
    ['secrets', '-A', '--name', 'default'],
    ['clusters', '--all-pods', 'deploy/reviews-v1', 'deploy/details-v1'],
    ['trace', page.name, 'http://reviews:9080/'],
    ['trace', 'deploy/productpage-v1', 'http://reviews:9080/', '--follow', '--address', reviews.ip],
    ['trace', page.name, 'http://ratings:9080/', '--explain'],
    ['trace', `${gateway.name}.istio-system`, 'http://bookinfo.example/productpage'],
  ]
  assert.ok(questions.length >= 60, `${questions.length} questions`)
  const first = await differences(questions)
  if (first.length > 0) {
    // Two minutes lie between the capture and the last question: what the mesh has changed since is asked of a new capture.
    t.diagnostic(`asked again: ${first.map(({ found }) => found).join('\n')}`)
    rmSync(file)
    const again = await ours('capture', '-A', '--to', file, '--logs', '10m')
    assert.match(again.stderr, /\d+ proxies, 2 istiods/)
  }
  const second = await differences(first.map(({ question }) => question))
  assert.deepEqual(
    second.map(({ found }) => found),
    [],
  )
  // A pod without a proxy is known, and nothing of it was there to be captured.
  assert.match(firstLine(await saved('clusters', 'deploy/legacy-v1')), /it was not captured$/)
})

interface Difference {
  readonly question: readonly string[]
  readonly found: string
}

async function differences(questions: readonly (readonly string[])[]): Promise<Difference[]> {
  const different: Difference[] = []
  for (const question of questions) {
    const [live, kept] = [await ours(...question), await saved(...question)]
    const same = withoutAges(live) === withoutAges(kept) && live.code === kept.code
    if (same && (live.code === 0 || firstLine(live) === firstLine(kept))) continue
    different.push({ question, found: `${question.join(' ')}: ${firstDifference(live, kept)}` })
  }
  return different
}

function firstLine({ stderr }: Output): string {
  return stderr.split('\n')[0] ?? ''
}

function firstDifference(live: Output, kept: Output): string {
  const [a, b] = [withoutAges(live).split('\n'), withoutAges(kept).split('\n')]
  const at = a.findIndex((line, index) => line !== b[index])
  return `live ${live.code} ${JSON.stringify(a[at])} ${firstLine(live)} | capture ${kept.code} ${JSON.stringify(b[at])} ${firstLine(kept)}`
}

test('who may read one pod captures it; what may not be read is named', async () => {
  const own = join(folder, 'dev.zip')
  const { name } = await lab.pod('app=productpage')
  const { code, stderr } = await ours('capture', name, '--to', own, '--context', 'dev')
  assert.equal(code, 1)
  assert.match(stderr, /could not be read: .*forbidden/)
  const shown = await lab.run(process.execPath, ['src/main.ts', 'capture', 'show', own])
  assert.match(shown.stdout, new RegExp(`proxy +default +${name} +\\S+ +10 `))
})
