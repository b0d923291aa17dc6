import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { joinViews } from '../../src/commands/proxies/fleet/join-views.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { clusters } from '../../src/resources/clusters.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import { resourceView } from '../../src/resources/resource-view.ts'
import { routes } from '../../src/resources/routes.ts'
import type { View } from '../../src/view.ts'
import { corpus, filesIn, hasCorpus } from '../conformance/corpus.ts'
import { runProgram } from '../run-program.ts'

const now = new Date('2026-01-01T00:00:00Z')

async function viewOf(kind: typeof clusters | typeof routes, dump: object): Promise<View> {
  const read = await readDump(Buffer.from(JSON.stringify(dump)), 'dump')
  return resourceView(resourceKinds.find(({ name }) => name === kind.name) ?? assert.fail(), read, {
    wanted: {},
    label: 'dump',
    now,
  })
}

function shown({ columns }: View): string[] {
  return columns.filter(({ wide }) => !wide).map(({ header }) => header)
}

function clustersDump(...found: readonly object[]): object {
  return {
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
        dynamic_active_clusters: found.map((cluster) => ({ version_info: '7', cluster })),
      },
    ],
  }
}

const resources = (name: string) => ({
  filter_metadata: { 'envoy-gateway': { resources: [{ kind: 'HTTPRoute', name, namespace: 'shop' }] } },
})
const istioTable = ['SERVICE FQDN', 'PORT', 'SUBSET', 'DIRECTION', 'TYPE', 'DESTINATION RULE']

test("a proxy of Istio's has Istio's columns, also where none has a value", async () => {
  for (const cluster of [
    { name: 'outbound|80||web.shop.svc.cluster.local' },
    { name: 'PassthroughCluster' },
    { name: 'agent', metadata: { filter_metadata: { istio: {} } } },
  ])
    assert.deepEqual(shown(await viewOf(clusters, clustersDump({ name: 'x' }, cluster))), istioTable)
})

test('of another control plane, the object column is OBJECT, and empty columns are left to -o wide', async () => {
  const view = await viewOf(clusters, clustersDump({ name: 'a', metadata: resources('web') }, { name: 'b' }))
  assert.deepEqual(shown(view), ['SERVICE FQDN', 'TYPE', 'OBJECT'])
  assert.deepEqual(
    view.columns.map(({ key }) => key),
    (await viewOf(clusters, clustersDump({ name: 'PassthroughCluster' }))).columns.map(({ key }) => key),
    'the keys are those of every proxy',
  )
  assert.deepEqual(shown(await viewOf(clusters, clustersDump({ name: 'a' }))), ['SERVICE FQDN', 'TYPE'])
})

test('without rows no column is left out', async () => {
  assert.deepEqual(shown(await viewOf(clusters, clustersDump())), [...istioTable.slice(0, -1), 'OBJECT'])
})

test("Istio's proxies and others in one table: OBJECT, and every column that one of them has", async () => {
  const others = await viewOf(clusters, clustersDump({ name: 'a', metadata: resources('web') }))
  const istio = await viewOf(clusters, clustersDump({ name: 'outbound|80|v1|web.shop.svc.cluster.local' }))
  for (const views of [
    [others, istio],
    [istio, others],
  ]) {
    const view = joinViews(views.map((view, at) => ({ proxy: `p${at}`, view })))
    assert.deepEqual(shown(view), ['PROXY', 'SERVICE FQDN', 'PORT', 'SUBSET', 'DIRECTION', 'TYPE', 'OBJECT'])
  }
})

test('the 404 of a virtual host without routes is no object', async () => {
  const view = await viewOf(routes, {
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
        dynamic_route_configs: [
          { version_info: '7', route_config: { name: 'r', virtual_hosts: [{ name: 'h', domains: ['*'] }] } },
        ],
      },
    ],
  })
  assert.deepEqual(shown(view), ['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'DESTINATION'])
})

/** Folders of saved dumps by who made them; the others hold several makers. */
const istioFolders = /^dumps\/(?:istio\+istio|kiali\+kiali|aeraki-mesh\+aeraki|tanjunchen\+aeraki)\//
const otherFolders =
  /^(?:gateways|dumps\/(?:envoyproxy\+gateway|hashicorp\+consul-k8s|kumahq\+kuma|openservicemesh\+osm|kgateway-dev\+kgateway|solo-io\+gloo|aws\+aws-app-mesh-examples))\//

test('saved dumps of every control plane: whose words the columns are, and no column is empty', async (t) => {
  if (!hasCorpus(t)) return
  const counted = { istio: 0, others: 0 }
  for (const file of filesIn('dumps', 'gateways')) {
    const own = istioFolders.test(file)
    if (!own && !otherFolders.test(file)) continue
    for (const [kind, word] of [
      ['clusters', 'DESTINATION RULE'],
      ['routes', 'VIRTUAL SERVICE'],
    ] as const) {
      const { out } = await runProgram([kind, '--file', join(corpus, file)], { now })
      if (out === '') continue
      const [header = '', ...lines] = out.trimEnd().split('\n')
      const istio = /(?:in|out)bound\|\d+\||PassthroughCluster/.test(readFileSync(join(corpus, file), 'utf8'))
      if (own && istio) assert.ok(header.includes(word), `${file} ${kind}: ${header}`)
      if (own === false && !istio) {
        assert.ok(!header.includes(word), `${file} ${kind}: ${header}`)
        const columns = header.split(/ {3,}/).length
        for (let at = 0; at < columns; at++) {
          const cells = lines.map((line) => line.split(/ {3,}/)[at])
          assert.ok(!cells.every((cell) => cell === '<none>' || cell === '-'), `${file} ${kind}: ${out}`)
        }
      }
      counted[own ? 'istio' : 'others']++
    }
  }
  t.diagnostic(JSON.stringify(counted))
  assert.ok(counted.istio > 20 && counted.others > 40, JSON.stringify(counted))
})
