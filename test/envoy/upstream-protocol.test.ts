import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/envoy/json.ts'
import { upstreamProtocol } from '../../src/envoy/model/upstream-protocol.ts'

const options = (config: JsonObject): JsonObject => ({
  typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': config },
})

const cases: readonly (readonly [JsonObject, string])[] = [
  [{}, 'HTTP/1.1'],
  [options({}), 'HTTP/1.1'],
  [options({ explicit_http_config: { http_protocol_options: {} } }), 'HTTP/1.1'],
  [options({ explicit_http_config: { http2_protocol_options: {} } }), 'HTTP/2'],
  [options({ explicit_http_config: { http3_protocol_options: {} } }), 'HTTP/3'],
  [options({ use_downstream_protocol_config: { http2_protocol_options: {} } }), 'as the client'],
  [options({ auto_config: {} }), 'ALPN'],
  [{ http2_protocol_options: {} }, 'HTTP/2'],
  [{ protocol_selection: 'USE_DOWNSTREAM_PROTOCOL', http2_protocol_options: {} }, 'as the client'],
  [{ http2_protocol_options: {}, ...options({ explicit_http_config: { http_protocol_options: {} } }) }, 'HTTP/1.1'],
]

for (const [cluster, protocol] of cases) {
  test(`${protocol}: ${JSON.stringify(cluster)}`, () => assert.equal(upstreamProtocol(cluster), protocol))
}
