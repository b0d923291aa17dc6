import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { descriptorEntry } from '../../../src/semantics/http-filters/rate-limits/descriptor-entry.ts'
import { anyText, partialText } from '../../../src/semantics/matching/partial-text.ts'
import { contextOf, type Sent, sent } from '../sent.ts'

const route = { metadata: { filter_metadata: { ns: { k: 'of route' } } } }

/** What an action adds: `key=value`, or why nothing. */
function entry(action: JsonObject, asked: Sent = {}, more: Parameters<typeof contextOf>[1] = {}): string {
  const found = descriptorEntry(action, {
    context: contextOf(asked, more),
    levels: [{}, route],
    cluster: 'c',
    node: { cluster: 'me' },
  })
  if (typeof found === 'string') return found
  return `${found.key}=${found.value ?? '?'}${found.sentIn === undefined ? '' : ` in ${found.sentIn}`}`
}

test('each action of a rate limit', () => {
  const headers = [
    ['x', '1'],
    ['x', '2'],
  ] as const
  const named = { header_name: 'x', descriptor_key: 'k' }
  const query = { query_parameter_name: 'q', descriptor_key: 'k' }
  const match = { descriptor_value: 'v', headers: [{ name: 'x', exact_match: '1' }] }
  const byQuery = { descriptor_value: 'v', query_parameters: [{ name: 'q' }, { name: 'r' }] }
  for (const [action, asked, expected] of [
    [{ source_cluster: {} }, {}, 'source_cluster=me'],
    [{ destination_cluster: {} }, {}, 'destination_cluster=c'],
    [{ remote_address: {} }, {}, 'remote_address=10.9.9.9'],
    [{ generic_key: { descriptor_value: 'v' } }, {}, 'generic_key=v'],
    [{ generic_key: { descriptor_key: 'k', descriptor_value: 'v' } }, {}, 'k=v'],
    [{ request_headers: named }, { headers }, 'k=1 in x'],
    [{ request_headers: named }, {}, 'absent'],
    [{ request_headers: { ...named, skip_if_absent: true } }, {}, 'skipped'],
    [{ query_parameters: query }, { path: '/?q=1' }, 'k=1 in q'],
    [{ query_parameters: query }, {}, 'absent'],
    [{ query_parameters: { ...query, skip_if_absent: true } }, {}, 'skipped'],
    [{ header_value_match: match }, { headers }, 'header_match=v'],
    [{ header_value_match: { ...match, descriptor_key: 'k' } }, { headers }, 'k=v'],
    [{ header_value_match: match }, {}, 'absent'],
    [{ header_value_match: { ...match, expect_match: false } }, {}, 'header_match=v'],
    [{ header_value_match: { ...match, expect_match: false } }, { headers }, 'absent'],
    [{ query_parameter_value_match: byQuery }, { path: '/?q&r' }, 'query_match=v'],
    [{ query_parameter_value_match: byQuery }, { path: '/?q' }, 'absent'],
    [{ query_parameter_value_match: { ...byQuery, expect_match: false } }, { path: '/?q' }, 'query_match=v'],
    [{ extension: {} }, {}, 'unknown'],
  ] as readonly (readonly [JsonObject, Sent, string])[])
    assert.equal(entry(action, asked), expected, JSON.stringify(action))
})

test('a header whose value is not known, or that may not be there', () => {
  const withOpen = (optional: boolean) => {
    const request = sent()
    return {
      request: { ...request, headers: request.headers.with('x', [partialText([anyText], 'generated', optional)]) },
    }
  }
  const action = { request_headers: { header_name: 'x', descriptor_key: 'k' } }
  assert.equal(entry(action, {}, withOpen(false)), 'k=?')
  assert.equal(entry(action, {}, withOpen(true)), 'unknown')
  assert.equal(
    entry({ header_value_match: { headers: [{ name: 'x', exact_match: 'a' }] } }, {}, withOpen(false)),
    'unknown',
  )
})

test('metadata of the route or of the request, and what stands for it', () => {
  const key = { key: 'ns', path: [{ key: 'k' }] }
  const known = { known: { dynamicMetadata: { ns: { k: 'dynamic', n: 1 } } } }
  const metadata = (more: JsonObject = {}): JsonObject => ({
    metadata: { descriptor_key: 'd', metadata_key: key, ...more },
  })
  assert.equal(entry(metadata(), {}, known), 'd=dynamic')
  assert.equal(entry(metadata({ source: 'ROUTE_ENTRY' }), {}, known), 'd=of route')
  assert.equal(entry({ dynamic_metadata: { descriptor_key: 'd', metadata_key: key } }, {}, known), 'd=dynamic')
  assert.equal(entry(metadata()), 'absent')
  assert.equal(entry(metadata({ skip_if_absent: true })), 'skipped')
  assert.equal(entry(metadata({ default_value: 'x' })), 'd=x')
  assert.equal(entry(metadata({ default_value: '' })), 'absent')
  assert.equal(entry(metadata({ default_value: 'x' }), {}, { known: { openMetadata: 'any' } }), 'unknown')
  assert.equal(entry(metadata({ source: 'ROUTE_ENTRY' }), {}, { known: { openMetadata: 'any' } }), 'd=of route')
})

test('the network of an address by the length of its mask', () => {
  const masked = (mask: JsonObject, address: string | undefined) =>
    entry(
      { masked_remote_address: mask },
      {},
      { request: { ...sent(), client: address === undefined ? {} : { address } } },
    )
  for (const [mask, address, expected] of [
    [{}, '10.1.2.3', '10.1.2.3/32'],
    [{ v4_prefix_mask_len: 24 }, '10.1.2.3', '10.1.2.0/24'],
    [{ v4_prefix_mask_len: 9 }, '10.255.2.3', '10.128.0.0/9'],
    [{ v4_prefix_mask_len: 0 }, '10.1.2.3', '0.0.0.0/0'],
    [{ v4_prefix_mask_len: 33 }, '10.1.2.3', '10.1.2.3/32'],
    [{}, 'fd00::1', 'fd00::1/128'],
    [{ v6_prefix_mask_len: 127 }, 'fd00::1', '?'],
    [{ v6_prefix_mask_len: 128 }, 'fd00::1', 'fd00::1/128'],
    [{}, undefined, '?'],
  ] as const)
    assert.equal(masked(mask, address), `masked_remote_address=${expected}`, JSON.stringify(mask))
})
