import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { lint } from '../../../src/commands/lint.ts'
import { outputValues } from '../../output-values.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { assertHidden } from './assert-hidden.ts'
import { text } from './planted-dump.ts'
import { plant } from './planted-filters.ts'

/** The same with every secret changed. */
const changed = text.replaceAll(/X7q(?=["\\])/g, 'X7qOther')
const calm = { 'cluster_manager.cds.version': 1, 'control_plane.connected_state': 1 }
const failure = { status: 503, body: `no: authorization: Bearer ${plant('why an admin page is refused')}` }
/** Each time that its statistics are read, a proxy has another dump; the third time it answers with an error. */
let reading = 0
let mesh: RunningMesh

const line = `[2026-01-01T00:00:00.000Z] "GET /m?access_token=${plant('query in the log of a pod')} HTTP/1.1" 503 UF upstream_reset{Authorization: Bearer ${plant('details in the log of a pod')}} - "-" 0 91 1 - "-" "curl" "id" "v" "10.0.0.1:80" c - 10.0.0.2:80 10.0.0.3:5 - -\n`

before(async () => {
  mesh = await startMesh({
    pods: [meshPod('web', 'shop'), meshPod('broken', 'shop')],
    answer(pod, _port, path) {
      if (pod === 'broken') return failure
      if (path.startsWith('stats')) {
        reading++
        if (reading % 4 === 3) return failure
        const now = { ...calm, 'cluster_manager.cds.version': reading, 'cluster_manager.cds.update_rejected': reading }
        const stats = Object.entries(now).map(([name, value]) => ({ name, value }))
        return path.includes('format=json')
          ? JSON.stringify({ stats })
          : stats.map(({ name, value }) => `${name}: ${value}\n`).join('')
      }
      if (path.startsWith('config_dump')) return reading % 2 === 0 ? text : changed
      if (path === 'server_info')
        return JSON.stringify({
          state: 'LIVE',
          node: { id: 'web', metadata: { token: plant('token of server_info') } },
        })
      return undefined
    },
    object: (path) => (path.endsWith('/pods/web/log') ? { status: 200, body: line.repeat(2) } : undefined),
  })
})
after(() => mesh.close())

const commands: readonly (readonly string[])[] = [
  ['watch', '--interval', '100ms', '--events', '12'],
  ['wait', '--for', 'synced', '--timeout', '0s'],
  ['wait', '--for', 'live', '--timeout', '0s'],
  ['wait', '--for', 'ready-endpoints=c', '--timeout', '0s'],
  ...['/', '/m', '/q', '/r', '/d'].map((path) => [
    'wait',
    '--for',
    `route-to=none:http://v:80${path}`,
    '--timeout',
    '0s',
  ]),
  ['explain'],
  ['explain', '--follow'],
  ['explain', '--verify'],
  ['lint', '--profile', 'all'],
  ['status'],
  ['info'],
  ['describe', 'pod'],
  ['all'],
]

for (const [command = '', ...flags] of commands)
  test(`${[command, ...flags].join(' ')} of live proxies prints no secret`, async () => {
    const formats =
      command === 'watch' ? ['table', 'name', 'jsonl'] : [...outputValues, 'text', ...(lint.formats ?? [])]
    let printed = 0
    for (const pod of ['web', 'broken']) {
      for (const format of formats) {
        const target = command === 'describe' ? [...flags, pod] : [pod, ...flags]
        const end = pod === 'broken' && command === 'watch' ? ['--for', '1s'] : []
        const { out, err } = await mesh.run(
          command,
          ...target,
          '-n',
          'shop',
          ...end,
          ...(format === 'text' ? [] : ['-o', format]),
        )
        assert.doesNotMatch(err, /internal error/, format)
        assertHidden(out + err, `${command} ${target.join(' ')} -o ${format}`)
        if (out !== '') printed++
      }
    }
    assert.ok(printed > 0, `${printed} answers`)
  })
