import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, chain, dumpOf, filter, listener, staticCluster } from './dump-of.ts'

const originalDst = filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')
const chains = { filter_chains: [chain('tcp')] }
const clusters = [staticCluster('tcp', '1.1.1.1:1')]

async function reached(request: Parameters<typeof ask>[1], ...listeners: Parameters<typeof listener>[]) {
  const dump = await dumpOf({ listeners: listeners.map((parts) => listener(...parts)), clusters })
  const { hops, outcome } = ask(dump, request)
  return hops[0]?.listener ?? outcome.kind
}

const to = (address: string, port: number) => ({ destination: { address, port } })

test('an exact address beats the wildcard', async () => {
  const both = [
    ['A', '10.0.0.5', 80, chains],
    ['B', '0.0.0.0', 80, chains],
  ] as const
  assert.equal(await reached(to('10.0.0.5', 80), ['A', '10.0.0.5', 80, chains], ['B', '0.0.0.0', 80, chains]), 'A')
  assert.equal(await reached(to('10.0.0.9', 80), [...both[0]], [...both[1]]), 'B')
})

test('a listener that does not bind is only reached by a redirect', async () => {
  assert.equal(
    await reached(to('10.0.0.5', 80), ['A', '10.0.0.5', 80, { ...chains, bind_to_port: false }]),
    'noListener',
  )
})

test('[::] takes IPv4 only with ipv4_compat', async () => {
  assert.equal(await reached(to('10.0.0.5', 80), ['A', '::', 80, chains]), 'noListener')
  const compat = { address: { socket_address: { address: '::', port_value: 80, ipv4_compat: true } }, ...chains }
  assert.equal(await reached(to('10.0.0.5', 80), ['A', '::', 80, compat]), 'A')
})

test('use_original_dst hands over to the exact destination, then to the wildcard of its port, else keeps the connection', async () => {
  const mesh: Parameters<typeof listener>[] = [
    ['X', '0.0.0.0', 15001, { ...chains, use_original_dst: true }],
    ['Y', '10.96.0.10', 53, { ...chains, bind_to_port: false }],
    ['Z', '0.0.0.0', 80, { ...chains, bind_to_port: false }],
  ]
  assert.equal(await reached({ ...to('10.96.0.10', 53), redirect: 15001 }, ...mesh), 'Y')
  assert.equal(await reached({ ...to('10.1.2.3', 80), redirect: 15001 }, ...mesh), 'Z')
  assert.equal(await reached({ ...to('10.1.2.3', 9999), redirect: 15001 }, ...mesh), 'X')
  assert.equal(await reached({ ...to('fd00::7', 80), redirect: 15001 }, ...mesh), 'X')
  const [, , z] = mesh
  const additional = { additional_addresses: [{ address: { socket_address: { address: '::', port_value: 80 } } }] }
  const dual = [
    ...mesh.slice(0, 2),
    [z?.[0] ?? '', '0.0.0.0', 80, { ...chains, ...additional }] satisfies Parameters<typeof listener>,
  ]
  assert.equal(await reached({ ...to('fd00::7', 80), redirect: 15001 }, ...dual), 'Z')
})

test('the original_dst filter alone restores the address but does not hand over', async () => {
  const inbound: Parameters<typeof listener>[] = [
    [
      'virtualInbound',
      '0.0.0.0',
      15006,
      { listener_filters: [originalDst], filter_chains: [chain('tcp', { destination_port: 8080 })] },
    ],
    ['pod_8080', '10.0.0.5', 8080, { ...chains, bind_to_port: false }],
  ]
  assert.equal(await reached({ ...to('10.0.0.5', 8080), redirect: 15006 }, ...inbound), 'virtualInbound')
  const dump = await dumpOf({ listeners: inbound.map((parts) => listener(...parts)), clusters })
  assert.equal(ask(dump, { ...to('10.0.0.5', 8080), redirect: 15006 }).outcome.kind, 'tcp')
  assert.equal(ask(dump, { ...to('10.0.0.5', 8081), redirect: 15006 }).outcome.details, 'filter_chain_not_found')
})
