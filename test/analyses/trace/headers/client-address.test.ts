import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { filter, typed } from '../dump-of.ts'
import { type Ask, ending, filtered, http, withHeaders } from '../filters/filtered-proxy.ts'

const range = (address_prefix: string, prefix_len = 32): JsonObject => ({ address_prefix, prefix_len })
const allows = (principal: JsonObject) =>
  filter('rbac', http('rbac.v3.RBAC'), {
    rules: { policies: { p: { permissions: [{ any: true }], principals: [principal] } } },
  })
const extension = (type: string, fields: JsonObject = {}) => ({
  original_ip_detection_extensions: [
    { name: 'x', typed_config: typed(`envoy.extensions.http.original_ip_detection.${type}`, fields) },
  ],
})
const xff = (value: string) => withHeaders(['x-forwarded-for', value])

/** Whether a proxy of these settings takes the client for 9.9.9.9. */
function proxy(manager: JsonObject): Promise<Ask> {
  return filtered([allows({ remote_ip: range('9.9.9.9') })], { manager })
}

async function clients(manager: JsonObject, ...values: string[]): Promise<string[]> {
  const ask = await proxy(manager)
  return values.map((value) => ending(ask(xff(value))))
}

test('without use_remote_address the last address of x-forwarded-for is the client, behind so many trusted hops', async () => {
  const [yes, no] = ['upstream', '403']
  assert.deepEqual(await clients({}, '9.9.9.9', '1.1.1.1, 9.9.9.9', '9.9.9.9, 1.1.1.1'), [yes, yes, no])
  assert.deepEqual(await clients({ xff_num_trusted_hops: 1 }, '9.9.9.9', '9.9.9.9, 1.1.1.1'), [no, yes])
  assert.deepEqual(await clients({}, '9.9.9.9:80', '9.9.9.9,', '09.9.9.9', ''), [no, no, no, no])
  const ask = await proxy({})
  const two = withHeaders(['x-forwarded-for', '1.1.1.1'], ['x-forwarded-for', '9.9.9.9'])
  assert.equal(ending(ask(two)), 'upstream')
})

test('with use_remote_address it is the peer, unless hops are trusted', async () => {
  const atFront = { use_remote_address: true }
  assert.deepEqual(await clients(atFront, '9.9.9.9'), ['403'])
  assert.deepEqual(await clients({ ...atFront, xff_num_trusted_hops: 1 }, '9.9.9.9', '9.9.9.9, 1.1.1.1'), [
    'upstream',
    '403',
  ])
  const peer = { source: { address: '9.9.9.9', port: 1 } }
  assert.equal(ending((await proxy(atFront))({ ...xff('1.1.1.1'), ...peer })), 'upstream')
  const unknown = (await proxy(atFront))({ ...xff('1.1.1.1'), source: undefined })
  assert.equal(ending(unknown), 'undecided')
})

test('detection extensions: trusted ranges and another header, which can reject', async () => {
  const trusted = extension('xff.v3.XffConfig', {
    xff_trusted_cidrs: { cidrs: [range('10.9.9.0', 24), range('5.0.0.0', 8)] },
  })
  assert.deepEqual(
    await clients(trusted, '9.9.9.9', '9.9.9.9, 5.0.0.1', '9.9.9.9, 8.8.8.8, 5.0.0.1', '9.9.9.9, x, 5.0.0.1'),
    ['upstream', 'upstream', '403', '403'],
  )
  const untrusted = extension('xff.v3.XffConfig', { xff_trusted_cidrs: { cidrs: [range('5.0.0.0', 8)] } })
  assert.deepEqual(await clients(untrusted, '9.9.9.9'), ['403'])

  const real = await proxy(extension('custom_header.v3.CustomHeaderConfig', { header_name: 'x-real-ip' }))
  assert.equal(ending(real(withHeaders(['x-real-ip', '9.9.9.9'], ['x-forwarded-for', '1.1.1.1']))), 'upstream')
  // Dumps give a status by its name; what is no error becomes 403.
  for (const [code, status] of [
    [401, 401],
    ['NotFound', 404],
    ['OK', 403],
    [418, 418],
  ] as const) {
    const fields = { header_name: 'x-real-ip', reject_with_status: { code } }
    const { outcome } = (await proxy(extension('custom_header.v3.CustomHeaderConfig', fields)))()
    assert.deepEqual([outcome.status, outcome.details], [status, 'rejecting_because_detection_failed'])
  }
})

test('source_ip and direct_remote_ip are the peer, whatever x-forwarded-for says', async () => {
  for (const kind of ['source_ip', 'direct_remote_ip']) {
    const ask = await filtered([allows({ [kind]: range('10.9.9.9') })])
    assert.equal(ending(ask(xff('9.9.9.9'))), 'upstream', kind)
  }
})

test('a matcher tree and format strings see the client as well', async () => {
  const mutation = filter('m', http('header_mutation.v3.HeaderMutation'), {
    mutations: {
      request_mutations: [
        { append: { header: { key: 'x-client', value: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%' } } },
      ],
    },
  })
  const ask = await filtered([mutation, allows({ header: { name: 'x-client', string_match: { exact: '9.9.9.9' } } })])
  assert.equal(ending(ask(xff('9.9.9.9'))), 'upstream')
  const action = (name: string, allow: string) => ({
    action: { name, typed_config: typed('envoy.config.rbac.v3.Action', { name, action: allow }) },
  })
  const matcher = {
    matcher_tree: {
      input: {
        name: 'in',
        typed_config: typed('envoy.extensions.matching.common_inputs.network.v3.SourceIPInput'),
      },
      exact_match_map: { map: { '9.9.9.9': action('in', 'ALLOW') } },
    },
  }
  const tree = await filtered([filter('rbac', http('rbac.v3.RBAC'), { matcher })])
  assert.deepEqual([ending(tree(xff('9.9.9.9'))), ending(tree())], ['upstream', '403'])
})
