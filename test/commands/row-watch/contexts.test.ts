import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { writeKubeconfig } from '../fleet/kubeconfig.ts'
import { readLines } from './read-lines.ts'

/** How often the proxy of the context that is never away was read: the number of the round. */
let round = 0
/** The rounds in which the other context does not answer. */
let away: readonly number[] = []
let folder: string
let kubeconfig: string
let meshes: RunningMesh[]

const isAway = () => away.includes(round)
const down = { status: 503, body: 'down' }
const pods = [meshPod('web-1', 'shop')]

function clusters(health: string): string {
  const host = {
    address: { socket_address: { address: '10.0.0.1', port_value: 80 } },
    health_status: { eds_health_status: health },
  }
  return JSON.stringify({ cluster_statuses: [{ name: 'c', host_statuses: [host] }] })
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'row-watch-contexts-'))
  meshes = await Promise.all([
    startMesh({
      pods,
      answer: (_, __, path) => {
        if (path.startsWith('clusters')) round++
        const isLast = round > Math.max(...away) + 1
        return path.startsWith('clusters') ? clusters(isLast ? 'UNHEALTHY' : 'HEALTHY') : undefined
      },
    }),
    startMesh({
      pods,
      get hidden() {
        return isAway() ? ['', 'shop'] : []
      },
      answer: (_, __, path) => {
        if (isAway()) return down
        return path.startsWith('clusters') ? clusters('HEALTHY') : undefined
      },
    }),
  ])
  const [one, two] = meshes.map(({ api }) => api)
  assert.ok(one !== undefined && two !== undefined)
  kubeconfig = join(folder, 'kubeconfig')
  writeKubeconfig(kubeconfig, { one, two })
})
after(async () => {
  await Promise.all(meshes.map((mesh) => mesh.close()))
  rmSync(folder, { recursive: true })
})

/** A second goes by each time that somebody looks. */
let looks = 0
const now = () => new Date(Date.UTC(2026, 0, 1) + 1000 * looks++)

const ofBoth = ['-n', 'shop', '--all-pods', '--contexts', 'one,two']

/** How often a line on stderr says that the API server of the other context refused. */
const outages = (err: string) => err.split('\n').filter((line) => /context two: .*[Ff]orbidden/.test(line)).length

test('a context that is away twice is named twice, and its rows stay', async () => {
  round = 0
  away = [3, 4, 5, 8, 9, 10]
  const { out, err } = await readLines(
    ['endpoints', '--kubeconfig', kubeconfig, ...ofBoth, '-w', '--watch-interval', '100ms', '--output-watch-events'],
    4,
    false,
    now,
  )
  const events = out.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' '))
  assert.deepEqual(events, [
    'EVENT PROXY',
    'ADDED one/web-1.shop',
    'ADDED two/web-1.shop',
    'MODIFIED one/web-1.shop',
    '',
  ])
  assert.equal(outages(err), 2, err)
})
