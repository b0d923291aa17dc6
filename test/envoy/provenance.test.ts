import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provenanceCell } from '../../src/envoy/control-plane/provenance.ts'
import type { Json } from '../../src/envoy/json.ts'

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

test('names that a control plane made of an object', () => {
  const named = (name: string) => provenanceCell({ filter_metadata: { 'envoy.lb': {} } }, name)
  assert.equal(named('kri_msvc_default_zone-1_shop_backend_80'), 'meshservice/backend.shop')
  assert.equal(named('kri_msvc_default___backend_80'), 'meshservice/backend')
  assert.equal(named('kri_mtp_default_zone_kuma-system_allow-all_'), 'meshtrafficpermission/allow-all.kuma-system')
  assert.equal(named('kri_new_default_zone_shop_thing_'), 'new/thing.shop')
  assert.equal(named('shop/cilium-gateway-edge/listener'), 'gateway/edge.shop')
  assert.equal(named('kube-system/cilium-ingress/shop:web:80'), 'ciliumenvoyconfig/cilium-ingress.kube-system')
  assert.equal(named('httproute/shop/web/rule/0/match/0/www_example_com'), 'httproute/web.shop')
  assert.equal(named('envoy.filters.http.basic_auth/securitypolicy/edge/basic'), 'securitypolicy/basic.edge')
  assert.equal(named('gloo-system_petstore-route-0-matcher-0'), 'virtualservice/petstore.gloo-system')
  assert.equal(named('shop-web-8080_gloo-system'), 'upstream/shop-web-8080.gloo-system')
  assert.equal(named('v2.api.shop.dc1.internal.0-4-8.consul'), 'serviceresolver/api.shop')
  for (const other of [
    'api.shop.dc1.internal.0-4-8.consul',
    'demo-app_kuma-demo_svc_5000',
    'kri_',
    'outbound|80||web.shop.svc.cluster.local',
    'shop/web/80/da39a3ee5e',
    'self_inbound_dp_80',
  ])
    assert.equal(named(other), '', other)
})

for (const [filter_metadata, cell] of cases) {
  test(`${cell || 'no object'}: ${JSON.stringify(filter_metadata)}`, () =>
    assert.equal(provenanceCell({ filter_metadata }), cell))
}
