import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { openLab } from './lab.ts'

const lab = await openLab()
const folder = mkdtempSync(join(tmpdir(), 'tables-'))
after(() => rmSync(folder, { recursive: true }))

/** Every proxy that answers, in the states that matter: healthy, native sidecar, warming, rejected, gateways. */
const proxies = [
  'deploy/productpage-v1.default',
  'deploy/reviews-v1.default',
  'deploy/reviews-v2.default',
  'deploy/nack-v1.default',
  'deploy/ratings-v1.default',
  'deploy/slow-v1.warm',
  'deploy/productpage-v1.staging',
  'deploy/istio-ingressgateway.istio-system',
  'sts/carts.default',
] as const

const kinds = ['clusters', 'listeners', 'routes', 'endpoints', 'bootstrap'] as const

for (const target of proxies) {
  test(`${target}: live, from a file and beside istioctl`, async (t) => {
    const [workload = '', namespace = 'default'] = target.split('.')
    const pod = await lab.pod(workload, namespace)
    let compared = 0
    for (const kind of kinds) {
      const path = kind === 'endpoints' ? 'clusters?format=json' : 'config_dump'
      const saved = join(folder, `${pod.name}-${kind}.json`)
      const format = kind === 'bootstrap' ? ['-o', 'table'] : []
      const live = await runProgram([kind, target, ...format], { env: lab.env })
      writeFileSync(saved, await lab.admin(pod, path))
      const file = await runProgram([kind, '--file', saved, ...format])
      assert.equal(live.out, file.out, `${kind}: ${live.err}`)
      const theirs = await lab.run(lab.istioctl, [
        'proxy-config',
        kind,
        `${pod.name}.${namespace}`,
        ...(kind === 'bootstrap' ? ['-o', 'short'] : []),
      ])
      if (theirs.code !== 0) {
        t.diagnostic(`istioctl ${kind} fails: ${theirs.stderr.trim().split('\n').at(-1)}`)
        continue
      }
      const ours = live.out.split('\n').map(words)
      for (const row of theirs.stdout.split('\n').slice(kind === 'bootstrap' ? 0 : 1)) {
        if (row.trim() === '') continue
        compared++
        assert.ok(
          ours.some((own) => holds(own, words(row))),
          `${kind}: no row of ours holds: ${row}\n${live.out}`,
        )
      }
    }
    t.diagnostic(`${compared} rows of istioctl compared`)
    assert.ok(compared > 0)
  })
}

function words(row: string): string[] {
  // istioctl's bootstrap facts end in a colon.
  return row
    .replace(/^(\w+ (?:\w+ )?Version):/, '$1')
    .trim()
    .split(/ {2,}|\t/)
}

/** Whether every cell of istioctl's row is in ours, in order. Conditions it leaves out may follow a cell. */
function holds(own: readonly string[], theirs: readonly string[]): boolean {
  const text = own.join(' ')
  let at = 0
  for (const cell of theirs.flatMap((part) => part.split(' '))) {
    // istioctl hides a chain that refuses traffic behind this word (weakness 12).
    if (cell === 'Non-HTTP/Non-TCP' && text.includes('BlackHoleCluster')) continue
    at = text.indexOf(cell, at)
    if (at === -1) return false
    at += cell.length
  }
  return true
}
