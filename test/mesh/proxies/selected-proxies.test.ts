import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Cluster } from '../../../src/mesh/cluster.ts'
import { podLookups } from '../../../src/mesh/pods/pod-lookups.ts'
import { selectedProxies } from '../../../src/mesh/proxies/selected-proxies.ts'

const count = 5000
const size = 500

function podAt(at: number): JsonObject {
  return {
    metadata: { name: `web-${at}`, namespace: 'default' },
    spec: { containers: [{ name: 'istio-proxy', image: 'proxyv2', args: ['proxy', 'sidecar'] }] },
    status: { phase: 'Running' },
  }
}

test('5,000 pods that come in pages are all there, each once', async () => {
  const asked: string[] = []
  const get = async (path: string): Promise<JsonObject> => {
    asked.push(path)
    const from = Number(new URLSearchParams(path.split('?')[1]).get('continue') ?? 0)
    const more = from + size < count ? { continue: String(from + size) } : {}
    return { metadata: more, items: Array.from({ length: size }, (_, at) => podAt(from + at)) }
  }
  const cluster = {
    namespace: 'default',
    get,
    ...podLookups({ get }, 'default'),
    proxy: ({ name, namespace }: { name: string; namespace: string }) => ({ id: { name: `${name}.${namespace}` } }),
  } as unknown as Cluster
  const missing: string[] = []
  const proxies = await selectedProxies(
    cluster,
    { from: 'scope', everywhere: true, selector: undefined },
    { signal: new AbortController().signal, incomplete: (why) => void missing.push(why) },
  )
  assert.equal(new Set(proxies.map(({ id }) => id.name)).size, count)
  assert.deepEqual([asked.length, missing.length], [count / size, 0])
})
