import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dot, mermaid } from '../../../../src/analyses/trace/view/drawing.ts'
import { traceGraph } from '../../../../src/analyses/trace/view/graph.ts'
import { renderText } from '../../../../src/analyses/trace/view/trace-text.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'
import { trace } from '../../../../src/walk/trace.ts'
import { dumpOf, httpManager, listener, staticCluster } from '../dump-of.ts'

const weighted = {
  weighted_clusters: {
    clusters: [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 3 },
    ],
  },
}
const istio = {
  filter_metadata: { istio: { config: '/apis/networking.istio.io/v1/namespaces/default/virtual-service/reviews' } },
}
const jason = { prefix: '/', headers: [{ name: 'end-user', string_match: { exact: 'jason' } }] }
const virtual_hosts = [
  {
    name: 'v',
    domains: ['reviews'],
    routes: [
      { name: 'jason', match: jason, route: { cluster: 'a' } },
      { match: { prefix: '/' }, metadata: istio, route: weighted },
    ],
  },
]
const dump = await dumpOf({
  listeners: [
    listener('L', '0.0.0.0', 80, {
      filter_chains: [{ filters: [httpManager({ route_config: { name: 'rc', virtual_hosts } })] }],
    }),
  ],
  clusters: [staticCluster('a', '1.1.1.1:1'), staticCluster('b')],
})

const request: TraceRequest = {
  destination: { address: '10.0.0.1', port: 80 },
  protocol: 'http1',
  http: { method: 'GET', authority: 'reviews', path: '/', headers: [] },
}
const result = trace({ dump, request, explain: true })

test('the story tells the shared way once, then each alternative and its outcome', () => {
  assert.deepEqual(renderText(request, result, { explain: true }), [
    'GET http://reviews/ to 10.0.0.1:80',
    '',
    '  listener  L                 bound to the destination address 10.0.0.1:80',
    '  chain     #0                the only chain',
    '  routes    rc                inline',
    '  host      v                 domain reviews matches host reviews',
    '    not     jason (prefix /)  headers: needs end-user is "jason"',
    '  route     #1 (prefix /)     the first route that matches [VirtualService/reviews.default]',
    '',
    '25 % of requests (1 of 2):',
    '  cluster   a                 weight 1 of 4, STATIC',
    "            timeout 15s for the answer, by the route's timeout: 504 UT",
    "            timeout 300s without a byte, by the connection manager's stream_idle_timeout: 504 SI",
    "            timeout 5s to connect, by the cluster's connect_timeout: 503 UF",
    '            sent as reviews/',
    '            HTTP/1.1, plaintext',
    '  endpoint  1.1.1.1:1',
    '  => sent upstream: goes to 1.1.1.1:1 of cluster a',
    '',
    '75 % of requests (2 of 2):',
    '  cluster   b                 weight 3 of 4, STATIC',
    "            timeout 15s for the answer, by the route's timeout: 504 UT",
    "            timeout 300s without a byte, by the connection manager's stream_idle_timeout: 504 SI",
    "            timeout 5s to connect, by the cluster's connect_timeout: 503 UF",
    '            sent as reviews/',
    {
      text: '  => no healthy upstream 503 UH no_healthy_upstream: b: the cluster has no endpoints to pick from',
      tone: 'bad',
    },
    '     Next: Does the Service select running pods, and are they ready? kubectl get endpointslices; kubectl proxy-config endpoints.',
  ])
})

test('drawings share what the alternatives have in common and label the odds', () => {
  const graph = traceGraph('GET "reviews"', result)
  const lines = mermaid(graph)
  assert.equal(lines[0], 'flowchart TD')
  assert.ok(lines.includes('  n0(["GET #34;reviews#34;"])'))
  assert.equal(lines.filter((line) => line.includes('[["')).length, 2)
  assert.ok(lines.some((line) => line.includes('-->|75 %|')))
  const text = dot(graph).join('\n')
  assert.match(text, /label="GET \\"reviews\\""/)
  assert.match(text, /label="25 %"/)
})
