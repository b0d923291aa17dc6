import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patch } from 'jsondiffpatch/formatters/jsonpatch'
import { comparedSide, comparisonPatch } from '../../../src/analyses/compare/comparison-document.ts'
import { unifiedComparison } from '../../../src/analyses/compare/comparison-text.ts'
import { ownFacts } from '../../../src/analyses/compare/identity/own-facts.ts'
import { ownText } from '../../../src/analyses/compare/identity/own-text.ts'
import { identityRules } from '../../../src/analyses/compare/identity/rules.ts'
import { type Json, type JsonObject, objectOf, objectsOf } from '../../../src/envoy/json.ts'
import { dumpOf, fixture } from '../diff/dumps.ts'
import { comparison, told } from './proxies.ts'

interface Pod {
  readonly name: string
  readonly ip: string
  readonly zone?: string
}

const one: Pod = { name: 'web-7c9f5-aaaaa', ip: '10.1.2.3' }
const other: Pod = { name: 'web-7c9f5-bbbbb', ip: '10.1.2.30' }

/** What a proxy of the workload has loaded: both pods are endpoints of its own cluster. */
function replica(pod: Pod, changes: { readonly weight?: number; readonly endpoints?: Json[] } = {}): JsonObject {
  const section = (message: string, rest: JsonObject) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...rest,
  })
  const host = (address: string) => ({
    endpoint: { address: { socket_address: { address, port_value: 8080 } } },
  })
  return {
    configs: [
      section('BootstrapConfigDump', {
        bootstrap: {
          node: {
            id: `sidecar~${pod.ip}~${pod.name}.shop~shop.svc.cluster.local`,
            locality: { region: 'r', zone: pod.zone ?? 'a' },
            metadata: { NAME: pod.name, INSTANCE_IPS: pod.ip, LABELS: { 'pod-template-hash': '7c9f5' }, MESH_ID: 'm' },
          },
        },
      }),
      section('ClustersConfigDump', { dynamic_active_clusters: [{ cluster: { name: 'web', type: 'EDS' } }] }),
      section('ListenersConfigDump', {
        dynamic_listeners: [
          {
            name: `${pod.ip}_8080`,
            active_state: {
              listener: {
                name: `${pod.ip}_8080`,
                address: { socket_address: { address: pod.ip, port_value: 8080 } },
                filter_chains: [
                  { filter_chain_match: { prefix_ranges: [{ address_prefix: pod.ip, prefix_len: 32 }] } },
                ],
              },
            },
          },
        ],
      }),
      section('RoutesConfigDump', {
        dynamic_route_configs: [
          {
            route_config: {
              name: '8080',
              virtual_hosts: [
                {
                  name: 'web',
                  domains: ['*'],
                  routes: [
                    {
                      name: 'r',
                      match: { prefix: '/' },
                      route: { cluster: 'web', timeout: `${changes.weight ?? 1}s` },
                    },
                  ],
                },
              ],
            },
          },
        ],
      }),
      section('EndpointsConfigDump', {
        dynamic_endpoint_configs: [
          {
            endpoint_config: {
              cluster_name: 'web',
              endpoints: changes.endpoints ?? [
                {
                  locality: { zone: 'a' },
                  priority: pod.zone === 'b' ? 1 : 0,
                  lb_endpoints: [host(one.ip), host(other.ip)],
                },
              ],
            },
          },
        ],
      }),
    ],
  }
}

test('two replicas do not differ, though each has its own name and addresses in listeners and bootstrap', async () => {
  const found = await comparison(replica(one), replica(other))
  assert.deepEqual([told(found), found.match], [[], true])
  const left = found.kinds.flatMap(({ kind, left: rules }) => [...rules].map(([rule, count]) => [kind, rule, count]))
  assert.deepEqual(left, [
    ['bootstrap', 'pod', 1],
    ['listeners', 'pod', 1],
  ])
})

test('a listener at the own address that differs in more is one resource, in a patch and in a unified diff as well', async () => {
  const after = replica(other)
  const [, , listeners] = objectsOf(after.configs)
  const listener = objectOf(objectOf(objectsOf(listeners?.dynamic_listeners)[0]?.active_state).listener)
  listener.per_connection_buffer_limit_bytes = 5
  const found = await comparison(replica(one), after)
  assert.deepEqual(told(found), ['listeners ~ 10.1.2.3_8080 per_connection_buffer_limit_bytes'])
  const side: JsonObject = JSON.parse(JSON.stringify(comparedSide(found, 'before')))
  patch(side, JSON.parse(JSON.stringify(comparisonPatch(found))))
  const [kept, wanted] = [side, comparedSide(found, 'after')].map((one) => objectOf(objectOf(one).listeners))
  assert.deepEqual(kept, JSON.parse(JSON.stringify(wanted)))
  assert.deepEqual(objectOf(kept?.['10.1.2.3_8080']).name, '10.1.2.30_8080')
  const marks = unifiedComparison(found, { before: 'a', after: 'b' }).map((line) =>
    typeof line === 'string' ? line : line.text,
  )
  const lines = marks.filter((line) => /^[-+] /.test(line)).map((line) => line.replace(/^(.) +/, '$1 '))
  assert.ok(
    lines.includes('+ "per_connection_buffer_limit_bytes": 5') && !lines.some((line) => line.includes('filter_chains')),
    lines.join('\n'),
  )
})

test('with --identity they do', async () => {
  const lines = told(await comparison(replica(one), replica(other), { identity: true }))
  assert.deepEqual(lines, [
    'bootstrap ~ bootstrap node.id',
    'bootstrap ~ bootstrap node.metadata.INSTANCE_IPS',
    'bootstrap ~ bootstrap node.metadata.NAME',
    'listeners - 10.1.2.3_8080',
    'listeners + 10.1.2.30_8080',
  ])
})

test('what does not come of the pod is a difference all the same, beside what does', async () => {
  assert.deepEqual(told(await comparison(replica(one), replica(other, { weight: 2 }))), [
    'routes ~ 8080 virtual_hosts[web].routes[r].route.timeout',
  ])
})

test("a replica that lacks the other's address, or has a third one, differs", async () => {
  const host = (address: string) => ({ endpoint: { address: { socket_address: { address, port_value: 8080 } } } })
  const lacking = [{ locality: { zone: 'a' }, lb_endpoints: [host(one.ip)] }]
  const lines = told(await comparison(replica(one), replica(other, { endpoints: lacking })))
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /^endpoints ~ web .*10\.1\.2\.30/)
})

test('priorities are no difference between proxies of two localities, and are one within a locality', async () => {
  assert.deepEqual(told(await comparison(replica(one), replica({ ...other, zone: 'b' }))), [])
  const moved = replica({ ...other, zone: 'b' })
  const node = objectOf(objectOf(objectOf((moved.configs as JsonObject[])[0]).bootstrap).node)
  node.locality = { region: 'r', zone: 'a' }
  assert.notDeepEqual(told(await comparison(replica(one), moved)), [])
})

test("a certificate of the same names by the same issuer is the proxy's own; one of other names is a difference", async () => {
  const found = await comparison(fixture('sidecar'), fixture('gateway'), { kinds: ['secrets'] })
  assert.ok(
    found.kinds.every(({ left }) => !left.has('certificate')),
    'two workloads have certificates of two names',
  )
})

test('words are replaced whole, the longest first', async () => {
  const facts = ownFacts(await dumpOf(replica(one)), undefined)
  const text = ownText({ ...facts, addresses: [...facts.addresses, 'fd00::1'], nodeName: 'node-1' })
  for (const [from, to] of [
    ['10.1.2.3', '<address>'],
    ['10.1.2.3:8080', '<address>:8080'],
    ['10.1.2.3_8080', '<address>_8080'],
    ['10.1.2.30', '10.1.2.30'],
    ['110.1.2.3', '110.1.2.3'],
    ['10.1.2.3.4', '10.1.2.3.4'],
    ['[fd00::1]:80', '[<address>]:80'],
    ['fd00::12', 'fd00::12'],
    ['web-7c9f5-aaaaa', '<pod>'],
    ['web-7c9f5-aaaaa.shop', '<pod>.shop'],
    ['my-web-7c9f5-aaaaa', 'my-web-<template hash>-aaaaa'],
    ['web-7c9f5', 'web-<template hash>'],
    ['x7c9f5', 'x7c9f5'],
    ['node-1', '<node>'],
    ['node-10', 'node-10'],
    ['sidecar~10.1.2.3~web-7c9f5-aaaaa.shop~shop.svc.cluster.local', '<node id>'],
  ] as const)
    assert.equal(text(from), to, from)
  assert.deepEqual(text({ '10.1.2.3': ['10.1.2.3', 1, null] }), { '<address>': ['<address>', 1, null] })
})

test('of a proxy of which nothing is known nothing is replaced', () => {
  const unknown = {
    nodeId: undefined,
    podName: undefined,
    addresses: [],
    nodeName: undefined,
    templateHash: undefined,
    locality: undefined,
  }
  assert.equal(ownText(unknown)('10.1.2.3'), '10.1.2.3')
})

test('every rule has a reason and a name of its own', () => {
  assert.equal(new Set(identityRules.map(({ name }) => name)).size, identityRules.length)
  for (const { reason, common, covers, coversWhole } of identityRules) {
    assert.ok(reason.length > 20)
    assert.ok(common !== undefined || covers !== undefined || coversWhole !== undefined)
  }
})

test('labels that Kubernetes gives to each pod are its own, the others are not', async () => {
  const labelled = (labels: JsonObject): JsonObject => ({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
        bootstrap: { node: { id: 'n', metadata: { LABELS: { app: 'web', ...labels } } } },
      },
    ],
  })
  const first = { 'apps.kubernetes.io/pod-index': '0', 'controller-revision-hash': 'web-5f6' }
  const second = { 'apps.kubernetes.io/pod-index': '1', 'controller-revision-hash': 'web-7a8' }
  assert.deepEqual(told(await comparison(labelled(first), labelled(second))), [])
  assert.equal(told(await comparison(labelled(first), labelled({ ...first, version: 'v2' }))).length, 1)
})

for (const [name, before] of [
  ['sidecar', '1.36.2'],
  ['sidecar', '1.38.3'],
  ['gateway', '1.36.2'],
  ['rejected', '1.36.2'],
  ['warming', '1.36.2'],
] as const)
  test(`${name}, from Envoy ${before} to 1.40: the version, roots that were made anew, and nothing else`, async () => {
    const found = told(await comparison(fixture(`${name}-${before}`), fixture(name)))
    const others = found.filter((text) => !text.startsWith('bootstrap ~ bootstrap node.user_agent_build_version.'))
    assert.ok(found.length > others.length)
    for (const text of others) assert.match(text, /^secrets ~ \S+ validation_context\.trusted_ca\.inline_bytes$/)
  })
