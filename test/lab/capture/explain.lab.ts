import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { type Lab, type LabPod, openLab } from '../lab.ts'
import { awaitInDump, eventually, proxyConfig, statusFrom, withObjects } from '../outages/mesh-state.ts'

// Requests fail, the mesh is captured with its logs, and explain says from the capture what it said of the pod.

let lab: Lab
let page: LabPod
before(async () => {
  lab = await openLab()
  page = await lab.pod('app=productpage')
})

const hcm = 'envoy.filters.network.http_connection_manager'

/** Envoy writes the access log to what the API server gives as the log of the container. */
const accessLog = JSON.stringify({
  apiVersion: 'networking.istio.io/v1alpha3',
  kind: 'EnvoyFilter',
  metadata: { name: 'lab-access-log', namespace: 'default' },
  spec: {
    workloadSelector: { labels: { app: 'productpage' } },
    configPatches: [
      {
        applyTo: 'NETWORK_FILTER',
        match: { context: 'SIDECAR_OUTBOUND', listener: { filterChain: { filter: { name: hcm } } } },
        patch: {
          operation: 'MERGE',
          value: {
            typed_config: {
              '@type':
                'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
              access_log: [
                {
                  name: 'envoy.access_loggers.file',
                  typed_config: {
                    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
                    path: '/dev/stdout',
                  },
                },
              ],
            },
          },
        },
      },
    ],
  },
})

/** How many requests the log of the pod has. */
async function logged(): Promise<number> {
  const { stdout } = await proxyConfig(lab, 'explain', page.name, '--since', '10m', '-o', 'json')
  return stdout === '' ? 0 : (JSON.parse(stdout) as { requests: number }).requests
}

/** What passes between two readings: the health and the counters of hosts, and how long ago something was. */
function withoutMoment(text: string): string {
  return text.replace(/\b(?:\d+(?:ms|[ywdhms]))+\b/g, 'AGE').replace(/ +/g, ' ')
}

test('explain from a capture with logs says what it says of the pod', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'explain-lab-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await withObjects(t, lab, accessLog)
  await awaitInDump(lab, page, '/dev/stdout')
  const before = await logged()
  for (let i = 0; i < 3; i++) {
    assert.equal(await statusFrom(lab, page, 'http://pending:9080/'), '503')
    assert.equal(await statusFrom(lab, page, 'http://details:9080/details/1'), '200')
  }
  // All of them: what is written between this reading and the capture would be a difference.
  await eventually('the requests in the log', async () => ((await logged()) >= before + 6 ? true : undefined))
  const live = await proxyConfig(lab, 'explain', page.name, '--since', '10m')
  t.diagnostic(live.stdout)
  assert.match(live.stdout, /pending/)

  const file = join(folder, 'mesh.zip')
  const made = await proxyConfig(lab, 'capture', page.name, '--to', file, '--logs', '10m')
  assert.equal(made.code, 0, made.stderr)
  const saved = await lab.run(process.execPath, ['src/main.ts', 'explain', page.name, '--capture', file], {
    KUBECONFIG: '/nonexistent',
  })
  assert.equal(saved.code, live.code, saved.stderr)
  assert.equal(withoutMoment(saved.stdout), withoutMoment(live.stdout))
})
