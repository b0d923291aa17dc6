import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../src/envoy/json.ts'
import { provenanceCell } from '../../src/envoy/model/provenance.ts'

const cases: readonly (readonly [Json, string])[] = [
  [{ istio: { config: '/apis/networking.istio.io/v1/namespaces/shop/virtual-service/web' } }, 'web.shop'],
  [
    {
      'envoy-gateway': {
        resources: [{ kind: 'HTTPRoute', name: 'web', namespace: 'shop' }],
        policies: [{ kind: 'BackendTrafficPolicy', name: 'limit', namespace: 'shop' }],
      },
    },
    'httproute/web.shop, backendtrafficpolicy/limit.shop',
  ],
  [
    {
      'envoy.access_loggers.file': {
        'io.projectcontour.kind': 'HTTPProxy',
        'io.projectcontour.name': 'web',
        'io.projectcontour.namespace': 'shop',
      },
    },
    'httpproxy/web.shop',
  ],
  [{ 'envoy.access_loggers.file': { other: 'x' } }, ''],
  [{ 'io.kuma.tags': { 'kuma.io/unified-name': 'kri_mhttpr_default_zone_ns_web_rule' } }, 'meshhttproute/web.ns'],
  [null, ''],
]

for (const [filter_metadata, cell] of cases) {
  test(`${cell || 'no object'}: ${JSON.stringify(filter_metadata)}`, () =>
    assert.equal(provenanceCell({ filter_metadata }), cell))
}
