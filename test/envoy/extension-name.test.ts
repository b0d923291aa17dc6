import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extensionName, typedConfig } from '../../src/envoy/model/typed-config.ts'

const filters = 'envoy.extensions.filters'

for (const [what, holder, name] of [
  ['a message of its own', `${filters}.http.rbac.v3.RBAC`, 'RBAC'],
  ['a message FilterConfig, as others have', `${filters}.http.grpc_stats.v3.FilterConfig`, 'GrpcStats'],
  ['a message Config, as others have', `${filters}.http.header_to_metadata.v3.Config`, 'HeaderToMetadata'],
  ['digits in the name', `${filters}.http.grpc_http1_bridge.v3.Config`, 'GrpcHttp1Bridge'],
  ['an alpha version', `${filters}.http.own.v3alpha.Config`, 'Own'],
  ['API v2', 'envoy.config.filter.http.grpc_stats.v2alpha.FilterConfig', 'GrpcStats'],
  ['no package', 'Config', 'Config'],
] as const)
  test(`what users know an extension as: ${what}`, () => {
    const any = { '@type': `type.googleapis.com/${holder}` }
    assert.equal(extensionName(typedConfig({ name: 'x', typed_config: any })), name)
    const struct = { '@type': 'type.googleapis.com/xds.type.v3.TypedStruct', type_url: any['@type'], value: {} }
    assert.equal(extensionName(typedConfig({ name: 'x', typed_config: struct })), name)
  })
