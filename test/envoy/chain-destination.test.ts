import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/envoy/json.ts'
import { chainDestination } from '../../src/envoy/model/chain-destination.ts'

const type = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'

function inline(...virtual_hosts: JsonObject[]): string {
  return chainDestination([{ name: 'http', typed_config: { '@type': type, route_config: { virtual_hosts } } }])
}

test('an inline route: domains, then what each route matches, as in istioctl', () => {
  const routes = [{ match: { prefix: '/' } }, { match: { path: '/x' } }]
  assert.equal(inline({ domains: ['*'], routes }), 'Inline Route: /*, /x')
  assert.equal(
    inline({ domains: ['a', 'b'], routes }, { domains: ['c'], routes }),
    'Inline Route: a/b /*, /x; c /*, /x',
  )
})

test('an inline route that says nothing of domains, or of the expression', () => {
  assert.equal(inline({ routes: [{ match: { prefix: '/' } }] }), 'Inline Route: /*')
  assert.equal(inline({ domains: ['*'], routes: [{ match: { safe_regex: {} } }] }), 'Inline Route: regex')
})
