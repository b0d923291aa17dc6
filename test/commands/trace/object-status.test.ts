import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { status } from '../../fetch/fake-api-server.ts'
import type { Outcome } from '../../run-program.ts'
import { unsafeCharacter } from '../../unsafe-text.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'

const gatewayApi = '/apis/gateway.networking.k8s.io'
const httpRoutes = `${gatewayApi}/v1/httproutes`
const gateway = `${gatewayApi}/v1/namespaces/edge/gateways/eg`
const httpProxies = '/apis/projectcontour.io/v1/httpproxies'

const behind = (resources: JsonObject[]) => ({ filter_metadata: { 'envoy-gateway': { resources } } })
const deny = { action: 'ALLOW', policies: {} }

/** The dump of an Envoy of Envoy Gateway: one host with a route that answers 500, and one that no policy allows. */
const dump = JSON.stringify({
  configs: [
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
      static_listeners: [
        {
          listener: {
            name: 'edge/eg/http',
            metadata: behind([]),
            address: { socket_address: { address: '0.0.0.0', port_value: 10080 } },
            filter_chains: [
              {
                filters: [
                  {
                    name: 'http',
                    typed_config: {
                      '@type':
                        'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                      http_filters: [
                        {
                          name: 'envoy.filters.http.rbac',
                          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC' },
                        },
                        {
                          name: 'envoy.filters.http.router',
                          typed_config: {
                            '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
                          },
                        },
                      ],
                      route_config: {
                        name: 'edge/eg/http',
                        ignore_port_in_host_matching: true,
                        virtual_hosts: [
                          {
                            name: 'plain',
                            domains: ['plain.example.com'],
                            metadata: behind([{ kind: 'Gateway', namespace: 'edge', name: 'eg' }]),
                            routes: [
                              {
                                match: { prefix: '/nosuch' },
                                direct_response: { status: 500 },
                                metadata: behind([{ kind: 'HTTPRoute', namespace: 'edge', name: 'plain' }]),
                              },
                              {
                                match: { prefix: '/guarded' },
                                direct_response: { status: 200 },
                                metadata: behind([{ kind: 'HTTPRoute', namespace: 'edge', name: 'plain' }]),
                                typed_per_filter_config: {
                                  'envoy.filters.http.rbac': {
                                    '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBACPerRoute',
                                    rbac: { rules: deny },
                                  },
                                },
                              },
                            ],
                          },
                        ],
                      },
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  ],
})

const labels = {
  'app.kubernetes.io/managed-by': 'envoy-gateway',
  'gateway.envoyproxy.io/owning-gateway-name': 'eg',
  'gateway.envoyproxy.io/owning-gateway-namespace': 'edge',
}

interface Api {
  readonly lists?: Readonly<Record<string, readonly object[]>>
  readonly objects?: Readonly<Record<string, object>>
  readonly log?: string
}

async function ask(t: TestContext, { lists = {}, objects = {}, log }: Api, ...argv: string[]) {
  const mesh = await startMesh({
    pods: [meshPod('eg-1', 'system', { labels, container: { name: 'envoy', image: 'envoyproxy/envoy' } })],
    lists: new Map(Object.entries(lists)),
    object: (path) => (path.endsWith('/log') && log !== undefined ? { status: 200, body: log } : objects[path]),
    answer: (_pod, _port, path) => (path.startsWith('config_dump') ? dump : '{}'),
  })
  t.after(() => mesh.close())
  const [command = '', ...more] = argv
  return mesh.run(command, 'eg-1', '-n', 'system', ...more)
}

const told = ({ out, err }: Outcome) => `${err}${out}`
const route = (name: string, hostnames: string[], conditions: JsonObject[]) => ({
  metadata: { name, namespace: 'edge', generation: 1 },
  spec: { hostnames },
  status: { parents: [{ parentRef: { name: 'eg', sectionName: 'http' }, conditions }] },
})
const accepted = { type: 'Accepted', status: 'True', observedGeneration: 1 }
const unresolved = {
  type: 'ResolvedRefs',
  status: 'False',
  reason: 'BackendNotFound',
  message: 'service edge/nosuch not found.',
  observedGeneration: 1,
}
const ofPlain = `${gatewayApi}/v1/namespaces/edge/httproutes/plain`

test('a route that answers 500: the status of its HTTPRoute, with reason and message, and what to correct', async (t) => {
  const objects = { [ofPlain]: route('plain', ['plain.example.com'], [accepted, unresolved]) }
  const shown = told(await ask(t, { objects }, 'trace', 'http://plain.example.com:10080/nosuch'))
  assert.match(
    shown,
    /Warning: HTTPRoute plain\.edge: ResolvedRefs is False for Gateway eg\.edge \(http\) \(BackendNotFound: service edge\/nosuch not found\)\n/,
  )
  assert.match(shown, /Next: Correct what its status names: kubectl describe httproute plain -n edge\n/)
})

test('the same in -o json has a code and its parts', async (t) => {
  const objects = { [ofPlain]: route('plain', ['plain.example.com'], [accepted, unresolved]) }
  const { out } = await ask(t, { objects }, 'trace', 'http://plain.example.com:10080/nosuch', '-o', 'json')
  const [warning] = JSON.parse(out).alternatives[0].hops[0].warnings
  assert.equal(warning.code, 'object-at-fault')
  assert.deepEqual(warning.args, {
    kind: 'HTTPRoute',
    name: 'plain',
    namespace: 'edge',
    conditions: [
      {
        type: 'ResolvedRefs',
        status: 'False',
        about: 'Gateway eg.edge (http)',
        reason: 'BackendNotFound',
        message: 'service edge/nosuch not found.',
      },
    ],
  })
})

test('a host without a route: the HTTPRoute that names it and is not accepted, one that is, or none', async (t) => {
  const url = 'http://late.example.com:10080/'
  const list = (conditions: JsonObject[], hostnames = ['late.example.com']) => ({
    lists: { [httpRoutes]: [route('other', ['other.example.com'], []), route('late', hostnames, conditions)] },
  })
  const refused = { ...accepted, status: 'False', reason: 'NoMatchingListenerHostname' }
  const bad = told(await ask(t, list([refused]), 'trace', url))
  assert.match(
    bad,
    /Warning: HTTPRoute late\.edge: Accepted is False for Gateway eg\.edge \(http\) \(NoMatchingListenerHostname\)/,
  )
  assert.doesNotMatch(bad, /HTTPRoute other|names late/)
  const good = told(await ask(t, list([accepted]), 'trace', url))
  assert.match(
    good,
    /Warning: HTTPRoute late\.edge names late\.example\.com for Gateway eg\.edge \(http\), and its status has no fault/,
  )
  assert.match(good, /Next: Has the proxy what its control plane would send now\?/)
  const nobody = told(await ask(t, list([accepted], ['x.example.com']), 'trace', url))
  assert.match(nobody, /Warning: no HTTPRoute, GRPCRoute or TLSRoute names late\.example\.com\n/)
  assert.match(nobody, /Next: Compare Host and port with the domains/)
  const unjudged = { metadata: { name: 'late', namespace: 'edge' }, spec: { hostnames: ['late.example.com'] } }
  const silent = told(await ask(t, { lists: { [httpRoutes]: [unjudged] } }, 'trace', url))
  assert.match(silent, /Warning: no control plane has written a status of HTTPRoute late\.edge\n/)
  assert.match(silent, /Next: Does the control plane run\?/)
})

test('no listener: what the Gateway of the proxy says is a note', async (t) => {
  const fault = { type: 'Programmed', status: 'False', reason: 'Invalid', message: 'Secret edge/shop-cert not found' }
  const objects = {
    [gateway]: {
      metadata: { name: 'eg', namespace: 'edge' },
      status: { listeners: [{ name: 'https', conditions: [fault] }] },
    },
  }
  const { err } = await ask(t, { objects }, 'trace', 'https://plain.example.com:10443/')
  assert.match(
    err,
    /^Gateway eg\.edge: Programmed is False for listener https \(Invalid: Secret edge\/shop-cert not found\)\.$/m,
  )
})

test('a listener of the Gateway that has a fault is none of a request that came in by another', async (t) => {
  const fault = { type: 'Programmed', status: 'False', reason: 'Invalid' }
  const objects = {
    [gateway]: {
      metadata: { name: 'eg', namespace: 'edge' },
      status: {
        listeners: [{ name: 'https', conditions: [fault] }],
        conditions: [{ ...fault, reason: 'NoResources' }],
      },
    },
  }
  const shown = told(await ask(t, { objects }, 'trace', 'http://plain.example.com:10080/nosuch'))
  assert.match(shown, /Warning: Gateway eg\.edge: Programmed is False \(NoResources\)\n/)
})

test('a 500 in place of a route whose SecurityPolicy has a fault names the policy', async (t) => {
  const refused = { ...accepted, status: 'False', reason: 'Invalid', message: 'secret edge/nosuch does not exist' }
  const policy = (name: string, conditions: JsonObject[]) => ({
    metadata: { name, namespace: 'edge' },
    spec: { targetRefs: [{ kind: 'HTTPRoute', name: 'plain' }] },
    status: { ancestors: [{ ancestorRef: { name: 'eg' }, conditions }] },
  })
  const lists = {
    '/apis/gateway.envoyproxy.io/v1alpha1/namespaces/edge/securitypolicies': [
      policy('fine', [accepted]),
      policy('bad', [refused]),
    ],
  }
  const shown = told(await ask(t, { lists }, 'trace', 'http://plain.example.com:10080/nosuch'))
  assert.match(
    shown,
    /Warning: SecurityPolicy bad\.edge: Accepted is False for Gateway eg\.edge \(Invalid: secret edge\/nosuch/,
  )
  assert.match(shown, /Next: Correct what its status names: kubectl describe securitypolicy bad -n edge\n/)
  assert.doesNotMatch(shown, /fine|applies to/)
})

test('a denied request: the SecurityPolicy that applies to its route, and not its faults as advice', async (t) => {
  const lists = {
    '/apis/gateway.envoyproxy.io/v1alpha1/namespaces/edge/securitypolicies': [
      {
        metadata: { name: 'mine', namespace: 'edge' },
        spec: { targetRefs: [{ kind: 'HTTPRoute', name: 'plain' }] },
        status: { ancestors: [{ ancestorRef: { name: 'eg' }, conditions: [accepted] }] },
      },
      { metadata: { name: 'other', namespace: 'edge' }, spec: { targetRefs: [{ kind: 'HTTPRoute', name: 'web' }] } },
    ],
  }
  const objects = { [ofPlain]: route('plain', ['plain.example.com'], [unresolved]) }
  const shown = told(await ask(t, { lists, objects }, 'trace', 'http://plain.example.com:10080/guarded'))
  assert.match(shown, /Warning: SecurityPolicy mine\.edge applies to HTTPRoute plain\.edge\n/)
  assert.doesNotMatch(shown, /SecurityPolicy other|Next: Correct/)
})

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
