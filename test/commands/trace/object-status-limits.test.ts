import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { status } from '../../fetch/fake-api-server.ts'
import { unsafeCharacter } from '../../unsafe-text.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'
import { ask, dump, httpProxies, httpRoutes, ofPlain, route, told, unresolved } from './faulty-objects.ts'

test('what may not be read is one line, once, and the trace is whole', async (t) => {
  const objects = { [httpRoutes]: status(403, 'Forbidden', 'httproutes is forbidden') }
  const { code, out, err } = await ask(t, { objects }, 'trace', 'http://late.example.com:10080/')
  assert.equal(code, 0)
  assert.match(out, /=> no route 404/)
  assert.deepEqual(err.split('\n').filter((line) => line.includes('forbidden')).length, 1, err)
  assert.match(err, /^What the API server says of httproutes is not known: .*httproutes is forbidden$/m)
  assert.doesNotMatch(`${out}${err}`, /rules:|no HTTPRoute|names late/)
})

test('texts of a status are untrusted: nothing of them reaches a terminal as it is, and length has a limit', async (t) => {
  const message = `\u001b[31mred\u0007\n\u202e${'long '.repeat(400)}`
  const objects = { [ofPlain]: route('plain', ['plain.example.com'], [{ ...unresolved, message, reason: '\u009b2J' }]) }
  const { out, err } = await ask(t, { objects }, 'trace', 'http://plain.example.com:10080/nosuch')
  assert.match(out, /ResolvedRefs is False/)
  assert.equal(unsafeCharacter(`${out}${err}`), undefined)
  const line = out.split('\n').find((each) => each.includes('ResolvedRefs')) ?? ''
  assert.ok(line.length < 600, String(line.length))
})

test('explain has the same of a line of the log, and the step', async (t) => {
  const log =
    '[2026-01-01T10:00:00.000Z] "GET /nosuch HTTP/1.1" 500 - 0 0 0 - "-" "curl/8" "id" "plain.example.com:10080" "-"\n'
  const objects = { [ofPlain]: route('plain', ['plain.example.com'], [unresolved]) }
  const { out, err } = await ask(t, { objects, log }, 'explain')
  assert.match(out, /found {6}HTTPRoute plain\.edge: ResolvedRefs is False .*BackendNotFound/, err)
  assert.match(out, /next {7}Correct what its status names: kubectl describe httproute plain -n edge/)
})

test('a saved dump asks no cluster, and Contour is asked for HTTPProxies', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'object-status-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'dump.json')
  writeFileSync(file, dump)
  const mesh = await startMesh({
    pods: [
      meshPod('envoy-1', 'system', {
        container: { name: 'envoy', image: 'envoy' },
        labels: { 'app.kubernetes.io/name': 'contour' },
      }),
    ],
    lists: new Map([
      [
        httpProxies,
        [
          {
            metadata: { name: 'late', namespace: 'shop' },
            spec: { virtualhost: { fqdn: 'late.example.com' } },
            status: {
              conditions: [
                {
                  type: 'Valid',
                  status: 'False',
                  errors: [{ reason: 'IncludeNotFound', message: 'include shop/a not found' }],
                },
              ],
            },
          },
        ],
      ],
    ]),
    answer: (_pod, port, path) =>
      port === 9001 && path.startsWith('config_dump') ? dump.replaceAll('envoy-gateway', 'io.projectcontour.x') : '{}',
  })
  t.after(() => mesh.close())
  const saved = await mesh.run('trace', '--file', file, 'http://late.example.com:10080/')
  assert.doesNotMatch(told(saved), /Warning: no HTTPRoute/)
  assert.deepEqual(mesh.api.requests, [])
  const live = told(await mesh.run('trace', 'envoy-1', '-n', 'system', 'http://late.example.com:10080/'))
  assert.match(live, /Warning: HTTPProxy late\.shop: Valid is False \(IncludeNotFound: include shop\/a not found\)/)
  assert.match(live, /Next: Correct what its status names: kubectl describe httpproxy late -n shop/)
})
