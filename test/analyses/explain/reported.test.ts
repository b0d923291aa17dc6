import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { reportedLines } from './reported-lines.ts'

interface Kind {
  readonly cause: string
  readonly endedBy: string
  readonly advice: string
  readonly unknown: readonly string[]
}

for (const { report, line, cause, by, advice } of reportedLines)
  test(`the line of ${report}: ${cause}`, async () => {
    const { out, err, code } = await runProgram(['explain', line, '-o', 'json'])
    assert.equal(code, 0, err)
    const { kinds, requests } = JSON.parse(out) as { kinds: readonly Kind[]; requests: number }
    assert.equal(requests, 1)
    const [kind] = kinds
    assert.deepEqual([kind?.cause, kind?.endedBy, kind?.unknown], [cause, by, []])
    if (advice !== undefined) assert.match(kind?.advice ?? '', advice)
  })

test('a connection that was closed as it should be is no failure (envoyproxy/envoy#23058)', async () => {
  const line = JSON.stringify({
    path: null,
    authority: null,
    downstream_remote_address: '192.0.2.33:64345',
    duration: 5303,
    response_code: 0,
    response_flags: '-',
    upstream_cluster: 'hosted_proxy',
    upstream_host: '10.0.0.5:8443',
    start_time: '2026-01-01T10:00:00.100Z',
  })
  const { out } = await runProgram(['explain', line, '-o', 'json'])
  const { kinds, failures } = JSON.parse(out) as { kinds: readonly Kind[]; failures: number }
  assert.deepEqual([kinds, failures], [[], 0])
})
