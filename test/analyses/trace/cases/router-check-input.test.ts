import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  intervalOf,
  metadataOf,
  requestOf,
  runtimeNamed,
} from '../../../../src/analyses/trace/cases/router-check-input.ts'
import { readRouterCheck } from '../../../../src/analyses/trace/cases/router-check-item.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'

test("the input of Envoy's router check: each field, and what a missing one stands for", () => {
  const headers = (input: JsonObject) => {
    const request = requestOf(input)
    return ['x-forwarded-proto', ':scheme', 'x-envoy-internal', 'x']
      .map((name) => request.headers.get(name) ?? '')
      .join(' ')
  }
  assert.equal(headers({}).trim(), 'http http')
  assert.equal(
    headers({ ssl: true, internal: true, additional_request_headers: [{ key: 'x', value: 'y' }] }),
    'https https true y',
  )
  assert.equal(headers({ ssl: 'true', internal: 'true' }).trim(), 'http http')
  const { method, path, authority, scheme, internal } = requestOf({
    method: 'POST',
    path: '/p',
    authority: 'a',
    ssl: true,
  })
  assert.deepEqual([method, path, authority, scheme, internal], ['POST', '/p', 'a', 'https', false])
  assert.deepEqual([requestOf({}).method, requestOf({}).path, requestOf({}).authority], ['GET', '', ''])
  const fraction = (key: string | undefined, numerator?: number) => {
    const default_value = numerator === undefined ? {} : { numerator }
    return runtimeNamed(key).fraction({ runtime_key: 'k', default_value }).numerator
  }
  assert.deepEqual(
    [fraction('k'), fraction('k', 0), fraction('k', 7), fraction('other', 7), fraction(undefined, 7)],
    [1, 1, 7, 0, 0],
  )
  const entry = (value: JsonObject, allow_overwrite?: boolean): JsonObject => ({
    metadata_namespace: 'n',
    value,
    ...(allow_overwrite === undefined ? {} : { allow_overwrite }),
  })
  assert.deepEqual(metadataOf({ dynamic_metadata: [entry({ a: 1 }), entry({ b: 2 })] }), { n: { a: 1 } })
  assert.deepEqual(metadataOf({ dynamic_metadata: [entry({ a: 1, c: 1 }), entry({ b: 2, c: 3 }, true)] }), {
    n: { a: 1, b: 2, c: 3 },
  })
  assert.deepEqual(metadataOf({}), {})
  for (const [random, at] of [
    [0, 0],
    [24, 0],
    [25, 1],
    [99, 1],
    [100, 0],
  ] as const)
    assert.equal(intervalOf(random, 100, [25, 100]), at, String(random))
})

test("the fields of Envoy's router check, in either case, and no others", () => {
  const inputs = ['authority', 'path', 'method', 'random_value', 'ssl', 'internal', 'runtime']
  for (const name of [...inputs, 'additional_request_headers', 'additional_response_headers'])
    assert.deepEqual(readRouterCheck({ input: { [name]: 'x' }, validate: {} }).input[name], 'x')
  const validations = ['cluster_name', 'virtual_cluster_name', 'virtual_host_name', 'host_rewrite', 'path_rewrite']
  for (const name of [...validations, 'path_redirect', 'code_redirect'])
    assert.deepEqual(readRouterCheck({ test_name: 't', input: {}, validate: { [name]: 'x' } }).validate[name], 'x')
  const both = readRouterCheck({
    testName: 't',
    input: { randomValue: 3, dynamicMetadata: [{ metadataNamespace: 'n', allowOverwrite: true }] },
    validate: { requestHeaderMatches: [{ name: 'a', presentMatch: true }], responseHeaderMatches: [{ name: 'b' }] },
  })
  assert.deepEqual(both.input, {
    random_value: 3,
    dynamic_metadata: [{ metadata_namespace: 'n', allow_overwrite: true }],
  })
  assert.deepEqual(both.validate, {
    request_header_matches: [{ name: 'a', present_match: true }],
    response_header_matches: [{ name: 'b' }],
  })
  for (const [item, message] of [
    [null, 'there is no case'],
    ['x', 'case is an object, not "x"'],
    [{ validate: {} }, 'there is no input'],
    [{ input: {} }, 'there is no validate'],
    [{ input: [], validate: {} }, 'input is an object, not []'],
    [{ input: {}, validate: {}, more: 1 }, 'unknown field more in case'],
    [{ input: { host: 'a' }, validate: {} }, 'unknown field host in input'],
    [{ input: {}, validate: { cluster: 'a' } }, 'unknown field cluster in validate'],
  ] as const)
    assert.throws(() => readRouterCheck(item as JsonObject), { message })
})
