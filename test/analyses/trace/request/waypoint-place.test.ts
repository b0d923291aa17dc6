import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { resolveRequest } from '../../../../src/walk/request/resolve-request.ts'
import { ask, chain, dumpOf, filter, httpManager, listener, typed } from '../dump-of.ts'
import { bootstrap, clusters, full } from './places-of-services.ts'

/** A waypoint: a tunnel ends at connect_terminate and goes on in main_internal, which tells services by address and port. */
async function waypoint(...more: JsonObject[]) {
  const named = (value: string): JsonObject => ({
    action: { name: value, typed_config: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value } },
  })
  const input = (message: string): JsonObject =>
    filter(message, `envoy.extensions.matching.common_inputs.network.v3.${message}`)
  const reviews = `inbound-vip|9080|http|${full('reviews')}`
  const ports = {
    matcher: {
      matcher_tree: { input: input('DestinationPortInput'), exact_match_map: { map: { 9080: named(reviews) } } },
    },
  }
  const matcher = {
    matcher_tree: {
      input: input('DestinationIPInput'),
      custom_match: {
        name: 'ip',
        typed_config: typed('xds.type.matcher.v3.IPMatcher', {
          range_matchers: [{ ranges: [{ address_prefix: '10.96.153.88', prefix_len: 32 }], on_match: ports }],
        }),
      },
    },
  }
  const internal = (name: string, fields: JsonObject): JsonObject => ({ name, internal_listener: {}, ...fields })
  const to = (name: string, listenerName: string): JsonObject => ({
    name,
    load_assignment: {
      endpoints: [
        {
          lb_endpoints: [{ endpoint: { address: { envoy_internal_address: { server_listener_name: listenerName } } } }],
        },
      ],
    },
  })
  const connect = (cluster: string): JsonObject => ({
    filters: [
      httpManager({
        route_config: {
          virtual_hosts: [
            { name: 'v', domains: ['*'], routes: [{ match: { connect_matcher: {} }, route: { cluster } }] },
          ],
        },
      }),
    ],
  })
  return dumpOf({
    listeners: [
      listener('connect_terminate', '0.0.0.0', 15008, { filter_chains: [connect('main_internal')] }),
      internal('main_internal', { filter_chains: [chain(reviews)], filter_chain_matcher: matcher }),
      internal('connect_originate', { filter_chains: [chain('out')] }),
      ...more,
    ],
    clusters: [to('main_internal', 'main_internal'), to('side', 'side'), ...clusters(reviews, 'out')],
    bootstrap,
  })
}

test('a waypoint is entered behind its tunnel, at the address that its matcher has for the service', async () => {
  const dump = await waypoint()
  const { request, notes } = resolveRequest({ url: 'tcp://reviews:9080' }, dump)
  assert.equal(request.listener, 'main_internal')
  assert.equal(request.destination.address, '10.96.153.88')
  assert.match(notes.join(), /connect_terminate ends and hands to main_internal/)
  assert.equal(ask(dump, request).hops[0]?.cluster, `inbound-vip|9080|http|${full('reviews')}`)
  const bound = resolveRequest({ url: 'http://reviews:15008/' }, dump)
  assert.equal(bound.request.listener, undefined, 'something listens there')
})

test('of several internal listeners behind tunnels the one with the service is entered, and none when that is not clear', async () => {
  const side = (cluster: string): JsonObject[] => [
    listener('other_terminate', '0.0.0.0', 15009, {
      filter_chains: [
        {
          filters: [
            httpManager({
              route_config: {
                virtual_hosts: [
                  {
                    name: 'v',
                    domains: ['*'],
                    routes: [{ match: { connect_matcher: {} }, route: { cluster: 'side' } }],
                  },
                ],
              },
            }),
          ],
        },
      ],
    }),
    { name: 'side', internal_listener: {}, filter_chains: [chain(cluster)] },
  ]
  const clear = await waypoint(...side(`inbound-vip|9080|http|${full('details')}`))
  assert.equal(resolveRequest({ url: 'http://reviews:9080/' }, clear).request.listener, 'main_internal')
  assert.equal(resolveRequest({ url: 'http://details:9080/' }, clear).request.listener, 'side')
  assert.equal(resolveRequest({ url: 'http://ratings:9080/' }, clear).request.listener, undefined)
})
