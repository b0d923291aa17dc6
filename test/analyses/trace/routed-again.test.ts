import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Hop } from '../../../src/walk/trace-result.ts'
import { ask, filter, get } from './dump-of.ts'
import { http } from './filters/filtered-proxy.ts'
import { httpProxy } from './http-proxy.ts'

/** A filter that sets a header and has the request routed again. */
function setting(key: string, value: string): JsonObject {
  return filter('mutation', http('header_mutation.v3.HeaderMutation'), {
    mutations: {
      request_mutations: [{ append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } }],
    },
    clear_route_cache: true,
  })
}

/** The hop of a request for `h`, whose only host `h` has these routes, after the filter had it routed again. */
async function hopAfter(mutation: JsonObject, routes: JsonObject[]): Promise<Hop | undefined> {
  const http_filters = [mutation, filter('router', http('router.v3.Router'))]
  const host = { domains: ['h'], metadata: istio('virtual-services', 'of-host') }
  const dump = await httpProxy(routes, { host, manager: { http_filters } })
  return ask(dump, get('h')).hops[0]
}

function istio(kind: string, name: string): JsonObject {
  const config = `/apis/networking.istio.io/v1alpha3/namespaces/default/${kind === 'virtual-services' ? 'virtual-service' : kind}/${name}`
  return { filter_metadata: { istio: { config } } }
}

const unmarked: JsonObject = {
  name: 'unmarked',
  match: { prefix: '/', headers: [{ name: 'x-mark', present_match: true, invert_match: true }] },
  route: { cluster: 'a' },
  metadata: istio('virtual-services', 'unmarked'),
}

test('a request that is routed again and finds no route keeps nothing of the route before', async () => {
  const hop = await hopAfter(setting('x-mark', '1'), [unmarked, { ...unmarked, name: 'later' }])
  assert.equal(hop?.virtualHost, 'v')
  assert.equal(hop?.reasons.virtualHost?.code, 'domain-matches')
  assert.deepEqual(hop?.objects.virtualHost, [{ kind: 'VirtualService', name: 'of-host', namespace: 'default' }])
  for (const part of ['route', 'routeIndex', 'routeMatch', 'cluster'] as const)
    assert.equal(hop?.[part], undefined, part)
  assert.equal(hop?.reasons.route, undefined)
  assert.equal(hop?.objects.route, undefined)
  assert.equal(hop?.considered.shadowed, undefined)
})

test('a request that is routed again and finds no virtual host keeps nothing of the one before', async () => {
  const hop = await hopAfter(setting(':authority', 'other'), [unmarked])
  assert.equal(hop?.routeConfiguration, 'rc')
  assert.equal(hop?.virtualHost, undefined)
  assert.deepEqual(Object.keys(hop?.reasons ?? {}), ['listener', 'filterChain'])
  assert.deepEqual(hop?.objects, {})
})

test('a request that is routed again tells of the last route why it was chosen', async () => {
  const marked = { name: 'marked', match: { prefix: '/' }, route: { cluster: 'b' } }
  const hop = await hopAfter(setting('x-mark', '1'), [unmarked, marked])
  assert.equal(hop?.route, 'marked')
  assert.equal(hop?.cluster, 'b')
  assert.equal(hop?.reasons.route?.code, 'route-first-match')
  assert.equal(hop?.objects.route, undefined)
  assert.deepEqual(
    hop?.considered.routes?.map(({ route }) => route),
    ['unmarked (prefix /)'],
  )
})
