import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { askTrace } from '../../../src/analyses/trace/question/ask-trace.ts'
import { questionIn } from '../../../src/analyses/trace/question/question.ts'
import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { placedGraph } from '../../../src/page/browser/graph/graph-layout.ts'
import { nodeLabel } from '../../../src/page/browser/graph/node-label.ts'
import { proxyGraph } from '../../../src/page/browser/graph/proxy-graph.ts'
import { type VisibleGraph, visibleGraph } from '../../../src/page/browser/graph/visible-graph.ts'
import { wayOfTrace } from '../../../src/page/browser/graph/way-of-trace.ts'
import { assertGolden } from '../../golden.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')

async function dumpOf(name: string): Promise<ConfigDump> {
  return readDump(readFileSync(join(fixtures, name, 'config_dump.json')), name)
}

/** What leads where, a line for each edge. */
function text({ nodes, edges }: VisibleGraph): string {
  const labels = new Map(nodes.map((node) => [node.id, nodeLabel(node)]))
  return edges
    .map(({ from, to, conditions }) => `${[`${labels.get(from)} -> ${labels.get(to)}`, ...conditions].join(' | ')}\n`)
    .join('')
}

for (const name of ['sidecar', 'gateway', 'aggregate', 'internal', 'tcp', 'health', 'warming', 'rejected'])
  test(`graph of ${name}`, async () => {
    const graph = proxyGraph(await dumpOf(name), undefined)
    const { nodes } = graph
    assertGolden(`page/graph-${name}.txt`, text({ nodes: [...nodes.values()], edges: graph.edges }))
  })

test('a graph that is too large begins with one listener', async () => {
  const graph = proxyGraph(await dumpOf('sidecar'), undefined)
  const shown = visibleGraph(graph, {})
  assert.equal(shown.chosen, '10.96.0.10_53')
  assert.deepEqual(
    shown.nodes.map(({ kind, name }) => `${kind} ${name}`),
    [
      'listener 10.96.0.10_53',
      'chain chain 0',
      'cluster outbound|53||kube-dns.kube-system.svc.cluster.local',
      'endpoint 2 endpoints',
    ],
  )
  const open = new Set(['outbound|53||kube-dns.kube-system.svc.cluster.local'])
  assert.equal(visibleGraph(graph, { unfolded: open }).nodes.length, 6, 'unfolded: each endpoint is a node')
})

test('a search shows what leads to what it finds, and what that leads to', async () => {
  const graph = proxyGraph(await dumpOf('sidecar'), undefined)
  assertGolden('page/graph-search.txt', text(visibleGraph(graph, { search: 'REVIEWS' })))
  const nothing = visibleGraph(graph, { search: 'no such thing' })
  assert.deepEqual([nothing.found, nothing.nodes.length], [0, 0])
  const address = visibleGraph(graph, { search: '10.244.1.21' })
  assert.ok(
    address.nodes.some(({ name }) => name.startsWith('10.244.1.21')),
    'an endpoint in a fold is found and shown',
  )
})

test('the way of a request is shown whole, from the listener that accepts the connection', async () => {
  const dump = await dumpOf('sidecar')
  const graph = proxyGraph(dump, undefined)
  const asked = new URLSearchParams([['url', 'http://reviews:9080/']])
  const { traced } = askTrace(questionIn(asked), { label: 'sidecar', dump, now: new Date(0) })
  const way = wayOfTrace(traced[0].trace, graph)
  assert.deepEqual(
    [...way.nodes].map((id) => nodeLabel(graph.nodes.get(id) ?? assert.fail(id))),
    [
      'listener virtualOutbound, 0.0.0.0:15001; hands over by original destination',
      'listener 0.0.0.0_9080, 0.0.0.0:9080; not bound to a port',
      'filter chain chain 0, Trans: raw_buffer; App: http/1.1,h2c',
      'route configuration 9080',
      'virtual host reviews.default.svc.cluster.local:9080, reviews, reviews.default + 1 more...; 4 routes; redirect 302 /reviews/0, direct response 200',
      'cluster outbound|9080|v1|reviews.default.svc.cluster.local, EDS',
      '2 endpoints of cluster outbound|9080|v1|reviews.default.svc.cluster.local',
      'endpoint 10.244.1.21:9080, eu-central-1/eu-central-1a',
      'cluster outbound|9080|v3|reviews.default.svc.cluster.local, EDS',
      'endpoint 10.244.2.23:9080, eu-central-1/eu-central-1b',
    ],
  )
  const shown = visibleGraph(graph, { way })
  for (const id of way.nodes) assert.ok(shown.nodes.some((node) => node.id === id))
  assert.ok(shown.edges.some(({ conditions }) => conditions.includes('handed over')))
  assert.ok(shown.nodes.length < 25, `${shown.nodes.length} nodes`)
})

test('500 clusters come to a drawing that can be read: the rest is counted, nothing overlaps', async () => {
  const graph = proxyGraph(await readDump(Buffer.from(JSON.stringify(manyClusters(500))), 'many'), undefined)
  const shown = visibleGraph(graph, {})
  assert.ok(shown.nodes.length <= 161, `${shown.nodes.length} nodes`)
  const more = shown.nodes.filter(({ kind }) => kind === 'more')
  assert.deepEqual(
    more.map(({ name }) => name),
    ['460 more virtual hosts'],
  )
  assert.equal(visibleGraph(graph, { search: 'svc-499' }).nodes.length, 6)
  const { nodes } = placedGraph(shown)
  for (const [at, a] of nodes.entries())
    for (const b of nodes.slice(at + 1))
      assert.ok(
        Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2,
        `${a.node.name} and ${b.node.name} overlap`,
      )
  const hosts = nodes.filter(({ node }) => node.kind === 'host').map(({ y }) => y)
  assert.deepEqual(
    hosts,
    hosts.toSorted((a, b) => a - b),
    'in the order of the dump, from the top',
  )
})

/** One listener, a route configuration with a virtual host for each cluster. */
function manyClusters(count: number) {
  const admin = 'type.googleapis.com/envoy.admin.v3.'
  const names = Array.from({ length: count }, (_, at) => `svc-${String(at).padStart(3, '0')}`)
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    rds: { route_config_name: '80' },
  }
  const listener = {
    name: 'all',
    address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
    filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
  }
  const virtual_hosts = names.map((name) => ({
    name,
    domains: [`${name}.example`],
    routes: [{ match: { prefix: '/' }, route: { cluster: name } }],
  }))
  const endpoint = (host: number) => ({
    endpoint: { address: { socket_address: { address: `10.0.0.${host}`, port_value: 80 } } },
  })
  return {
    configs: [
      { '@type': `${admin}BootstrapConfigDump`, bootstrap: {} },
      { '@type': `${admin}ListenersConfigDump`, dynamic_listeners: [{ name: 'all', active_state: { listener } }] },
      { '@type': `${admin}RoutesConfigDump`, dynamic_route_configs: [{ route_config: { name: '80', virtual_hosts } }] },
      {
        '@type': `${admin}ClustersConfigDump`,
        dynamic_active_clusters: names.map((name) => ({ cluster: { name, type: 'EDS' } })),
      },
      {
        '@type': `${admin}EndpointsConfigDump`,
        dynamic_endpoint_configs: names.map((cluster_name) => ({
          endpoint_config: { cluster_name, endpoints: [{ lb_endpoints: [endpoint(1), endpoint(2), endpoint(3)] }] },
        })),
      },
    ],
  }
}
