import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { changed, dumpOfSections } from '../../lint/case-proxy.ts'
import { runProgram } from '../../run-program.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'

/** Paths that the pod was asked for. */
const asked: string[] = []
const dump = JSON.stringify(dumpOfSections(changed({ 'bootstrap.dynamic_resources': { ads_config: {} } })))
const stats = {
  'control_plane.connected_state': 0,
  'cluster.shop.upstream_rq_total': 100,
  'cluster.shop.upstream_rq_retry': 50,
}
let mesh: RunningMesh

before(async () => {
  mesh = await startMesh({
    pods: [meshPod('web-1', 'shop')],
    answer: (_, __, path) => {
      const [page = ''] = path.split('?')
      asked.push(page)
      if (page === 'config_dump') return dump
      if (page === 'logging') return 'active loggers:\n  http: debug\n  router: info\n'
      if (page === 'clusters') return '{}'
      return page === 'stats'
        ? JSON.stringify({ stats: Object.entries(stats).map(([name, value]) => ({ name, value })) })
        : undefined
    },
  })
})
after(() => mesh.close())

const rulesIn = (out: string) => (JSON.parse(out) as { rule: string }[]).map(({ rule }) => rule).toSorted()
const found = ['envoy-log-level-left', 'retry-storm', 'xds-disconnected']
const argv = ['lint', 'web-1.shop', '--profile', 'live', '-o', 'json']

test('statistics and levels of loggers are read for the rules that need them, and for no others', async () => {
  assert.deepEqual(rulesIn((await mesh.run(...argv)).out), found)
  assert.deepEqual(asked.filter((page) => page === 'stats' || page === 'logging').toSorted(), ['logging', 'stats'])
  asked.length = 0
  await mesh.run('lint', 'web-1.shop', '--profile', 'core,edge,strict')
  assert.ok(!asked.includes('stats') && !asked.includes('logging'), asked.join())
})

test('a capture has them as well; where they are missing the rules are named as not decided', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-live-'))
  try {
    const file = join(folder, 'mesh.zip')
    await mesh.run('capture', 'web-1.shop', '--to', file)
    const saved = await runProgram([...argv, '--capture', file])
    assert.deepEqual(rulesIn(saved.out), found, saved.err)
  } finally {
    rmSync(folder, { recursive: true })
  }
  const { err } = await runProgram(['lint', '--profile', 'live', '--file', '-'], { stdin: dump })
  assert.match(err, /^not decided without \/stats\?usedonly&format=json: .*retry-storm/m)
  assert.match(err, /^not decided without \/logging: envoy-log-level-left$/m)
})
