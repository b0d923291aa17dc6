import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Expectation, readExpectation } from '../../../../src/analyses/trace/cases/case-expectation.ts'
import { readRequestSpec } from '../../../../src/analyses/trace/cases/case-request.ts'
import { casesIn, readCase } from '../../../../src/analyses/trace/cases/cases.ts'
import { checkCase } from '../../../../src/analyses/trace/cases/check-case.ts'
import { quoted } from '../../../../src/analyses/trace/cases/quoted.ts'
import { parseRelaxedJson } from '../../../../src/analyses/trace/cases/relaxed-json.ts'
import {
  intervalOf,
  metadataOf,
  requestOf,
  runtimeNamed,
} from '../../../../src/analyses/trace/cases/router-check-input.ts'
import { readRouterCheck } from '../../../../src/analyses/trace/cases/router-check-item.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'

test('what a case may expect: each name, each type', () => {
  const fields: Readonly<Record<string, keyof Expectation>> = {
    outcome: 'outcome',
    listener: 'listener',
    virtual_host: 'virtualHost',
    virtual_host_name: 'virtualHost',
    route: 'route',
    cluster: 'cluster',
    cluster_name: 'cluster',
    endpoint: 'endpoint',
    redirect: 'redirect',
    path_redirect: 'redirect',
    path: 'path',
    path_rewrite: 'path',
    host: 'host',
    host_rewrite: 'host',
  }
  for (const [name, field] of Object.entries(fields)) {
    assert.deepEqual(readExpectation({ [name]: 'x' }), { [field]: 'x' }, name)
    assert.deepEqual(readExpectation({ [name]: 7 }), { [field]: '7' }, name)
    for (const value of [true, null, ['x']])
      assert.throws(() => readExpectation({ [name]: value }), {
        message: `${name} cannot be expected to be ${JSON.stringify(value)}`,
      })
  }
  for (const name of ['response_code', 'code_redirect']) {
    assert.deepEqual(readExpectation({ [name]: 301 }), { responseCode: 301 })
    assert.throws(() => readExpectation({ [name]: 'ok' }), /cannot be expected/)
  }
  for (const certain of [true, false]) assert.deepEqual(readExpectation({ certain }), { certain })
  assert.throws(() => readExpectation({ certain: 'yes' }), /cannot be expected/)
  for (const conditions of [[], ['a', 'b']]) assert.deepEqual(readExpectation({ conditions }), { conditions })
  for (const conditions of ['a', ['a', 1]]) assert.throws(() => readExpectation({ conditions }), /cannot be expected/)
  assert.deepEqual(readExpectation({ cluster: { a: 0.2, b: 0.8 } }), { cluster: { a: 0.2, b: 0.8 } })
  assert.throws(() => readExpectation({ cluster: { a: 0.2, b: 'rest' } }), /cannot be expected/)
  for (const none of [undefined, null]) assert.deepEqual(readExpectation(none), {})
  for (const none of ['x', [], 1]) assert.throws(() => readExpectation(none), /expect is an object/)
  assert.throws(
    () => readExpectation({ x: 1 }),
    /^UsageError: unknown expectation x; known are outcome, .*, host_rewrite$/,
  )
})

test('the parts of a request: each name, each type', () => {
  const given = (request: JsonObject) =>
    Object.fromEntries(
      Object.entries(readRequestSpec(request)).filter(
        ([key, value]) => value !== undefined && !(key === 'headers' && Array.isArray(value) && value.length === 0),
      ),
    )
  for (const name of ['url', 'host', 'path', 'method', 'sni', 'address', 'source', 'peer', 'principal', 'listener']) {
    assert.deepEqual(given({ [name]: 'x' }), { [name]: 'x' })
    assert.deepEqual(given({ [name]: 1.5 }), { [name]: '1.5' }, 'YAML takes a text for a number')
    for (const value of [{}, ['x']])
      assert.throws(() => readRequestSpec({ [name]: value }), {
        message: `${name} in request is text, not ${JSON.stringify(value)}`,
      })
    assert.deepEqual(given({ [name]: null }), {})
  }
  for (const name of ['tls', 'inbound', 'mtls', 'redirected']) {
    for (const value of [true, false]) assert.deepEqual(given({ [name]: value }), { [name]: value })
    assert.throws(
      () => readRequestSpec({ [name]: 'true' }),
      new RegExp(`${name} in request is true or false, not "true"`),
    )
  }
  for (const [name, field] of [
    ['port', 'port'],
    ['capture_port', 'capturePort'],
    ['target_port', 'targetPort'],
  ] as const) {
    assert.deepEqual(given({ [name]: 80 }), { [field]: 80 })
    assert.deepEqual(given({ [name]: 65_535 }), { [field]: 65_535 })
    // The port of the request itself is looked at with its URL.
    for (const port of name === 'port' ? [] : [0, 65_536])
      assert.throws(() => readRequestSpec({ [name]: port }), /port number/)
    assert.throws(() => readRequestSpec({ [name]: 'http' }), new RegExp(`${name} in request is a number`))
  }
  assert.deepEqual(given({ random: 0 }), { random: 0 })
  assert.deepEqual(given({ protocol: 'http2' }), { protocol: 'http2' })
  assert.throws(() => readRequestSpec({ protocol: 'spdy' }), /^UsageError: protocol is .*, not spdy$/)
  assert.deepEqual(given({ token_file: 'f' }), { tokenFile: 'f' })
  assert.throws(() => readRequestSpec({ token_file: 'f', claims: { a: 1 } }), /one is enough/)
  for (const [alpn, read] of [
    ['h2', ['h2']],
    [
      ['h2', 'http/1.1'],
      ['h2', 'http/1.1'],
    ],
    [[], []],
  ] as const)
    assert.deepEqual(given({ alpn: typeof alpn === 'string' ? alpn : [...alpn] }), { alpn: read })
  for (const alpn of [['h2', 1], 1, {}])
    assert.throws(() => readRequestSpec({ alpn }), /alpn in request is a list of texts/)
  for (const name of ['capturePort', 'uri', 'tokenFile'])
    assert.throws(() => readRequestSpec({ [name]: 'x' }), { message: `unknown field ${name} in request` })
})

test('headers: by name, several of a name, as pairs', () => {
  const headers = (value: JsonObject['x']) => readRequestSpec({ headers: value ?? null }).headers
  for (const [given, read] of [
    [null, []],
    [{}, []],
    [
      { a: 'x', b: 1 },
      [
        ['a', 'x'],
        ['b', '1'],
      ],
    ],
    [
      { a: ['x', true] },
      [
        ['a', 'x'],
        ['a', 'true'],
      ],
    ],
    [
      [
        ['a', 'x'],
        ['a', ['y', 'z']],
      ],
      [
        ['a', 'x'],
        ['a', 'y'],
        ['a', 'z'],
      ],
    ],
  ] satisfies [JsonObject['x'], string[][]][])
    assert.deepEqual(headers(given), read, JSON.stringify(given))
  for (const bad of ['a: x', 7, [['a']], [[1, 'x']], ['a'], { a: null }, { a: {} }, { a: [['x']] }])
    assert.throws(() => headers(bad), /headers are \{name: value\}/, JSON.stringify(bad))
})

test('a file of cases, and which format it has', () => {
  const format = (document: Parameters<typeof casesIn>[0]) => casesIn(document).format
  assert.equal(format([{ request: 'a' }]), 'cases')
  assert.equal(format({ tests: [{ input: {} }, {}] }), 'routerCheck')
  assert.equal(format([{ input: {} }, { request: 'a' }]), 'cases')
  assert.equal(format([{}]), 'cases')
  for (const none of [[], {}, { tests: [] }, null]) assert.throws(() => casesIn(none), /has no cases/)
  for (const name of ['name', 'note'])
    assert.deepEqual(readCase({ [name]: 'x', request: 'u' }), { spec: { url: 'u' }, expect: {} })
  assert.throws(() => readCase({ request: 'u', expects: {} }), /unknown field expects/)
})

type Trace = Parameters<typeof checkCase>[1]
type Alternative = Trace['alternatives'][number]

const alternative = (more: object = {}, outcome: object = {}, probability = 1): Alternative =>
  ({
    probability,
    hops: [{ listener: 'L', objects: {}, reasons: {}, considered: {}, ...more }],
    outcome: {
      kind: 'upstream',
      probability,
      reason: { code: 'route-redirects', args: {} },
      conditions: [],
      ...outcome,
    },
  }) as unknown as Alternative

const failures = (expect: Expectation, ...alternatives: readonly Alternative[]): string =>
  checkCase(expect, { alternatives })
    .map(({ field, expected, actual }) => `${field}: ${expected} <> ${actual}`)
    .join('; ')

test('what a request came to, field by field', () => {
  const hop = { virtualHost: 'V', route: '', routeMatch: 'M', cluster: 'C', upstream: { path: '/p', authority: 'h' } }
  const came = alternative({ ...hop, endpoints: [{ address: 'e' }] }, { location: 'l', status: 301 })
  const good: Expectation = {
    outcome: 'upstream',
    listener: 'L',
    virtualHost: 'V',
    route: 'M',
    cluster: 'C',
    endpoint: 'e',
    redirect: 'l',
    responseCode: 301,
    certain: true,
    conditions: [],
    path: '/p',
    host: 'h',
  }
  assert.equal(failures(good, came), '')
  for (const [field, actual] of Object.entries({ ...good, certain: 'true', conditions: 'none' })) {
    const other = field === 'certain' ? false : field === 'conditions' ? ['b', 'a', 'b'] : 'other'
    const expected = field === 'conditions' ? 'a, b' : String(other)
    assert.equal(failures({ [field]: other }, came), `${field}: ${expected} <> ${actual}`)
    const nothing = alternative({ listener: undefined }, { kind: undefined })
    if (!['certain', 'conditions'].includes(field))
      assert.match(failures({ [field]: 'x' }, nothing), / <> none$/, `${field} of nothing`)
  }
  assert.equal(
    failures({ endpoint: 'e' }, alternative({ endpoints: [{ address: 'e' }, { address: 'f' }] })),
    'endpoint: e <> e, f',
  )
  assert.equal(failures({ route: 'R' }, alternative({ route: 'R', routeMatch: 'M' })), '')
  const open = {
    conditions: [
      { filter: 'F', reason: { code: 'b' } },
      { filter: 'G', reason: { code: 'a' } },
    ],
  }
  assert.equal(failures({ certain: false, conditions: ['a', 'b'] }, alternative({}, open)), '')
  assert.equal(failures({ certain: false }, alternative({}, { kind: 'undecidable' })), '')
  assert.equal(failures({ host: 'h' }), 'host: h <> none', 'no alternative holds nothing')
  const [tcp, http] = [
    { listener: 'T', protocol: 'tcp', virtualHost: 'no' },
    { listener: 'H', protocol: 'http', virtualHost: 'V' },
  ]
  const two = { ...alternative(), hops: [http, tcp] } as unknown as Alternative
  assert.equal(failures({ virtualHost: 'V', listener: 'H' }, two), '', 'the last hop that speaks HTTP')
})

test('the odds of clusters, within half a percent', () => {
  const odds = (expect: Expectation['cluster'], ...shares: readonly (readonly [string | undefined, number])[]) =>
    failures(
      expect === undefined ? {} : { cluster: expect },
      ...shares.map(([cluster, share]) => alternative(cluster === undefined ? {} : { cluster }, {}, share)),
    )
  assert.equal(odds('a', ['a', 0.5], ['a', 0.5]), '')
  assert.equal(odds('a', ['a', 0.996], ['b', 0.004]), '')
  assert.equal(odds('a', ['a', 0.99], ['b', 0.01]), 'cluster: a <> a 99 %, b 1 %')
  assert.equal(odds({ a: 0.25, b: 0.75 }, ['a', 0.254], ['b', 0.746]), '')
  assert.equal(odds({ a: 0.25, b: 0.75 }, ['a', 0.256], ['b', 0.744]), 'cluster: a 25 %, b 75 % <> a 25.6 %, b 74.4 %')
  assert.equal(odds('a', [undefined, 1]), 'cluster: a <> none')
  assert.equal(odds('none', [undefined, 1]), '')
  assert.equal(odds({ a: 0.5 }, ['a', 1]), 'cluster: a 50 % <> a')
})

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

test('a value in an error is short; JSON may have comments and commas at the end', () => {
  assert.equal(quoted('x'.repeat(198)), `"${'x'.repeat(198)}"`)
  assert.equal(quoted('x'.repeat(199)), `"${'x'.repeat(199)}…`)
  assert.equal(quoted(undefined), 'nothing')
  const read = (text: string) => parseRelaxedJson(text, 'x')
  assert.deepEqual(read('{"a": [1, 2,], // one\n # two\n "b": "// #,]", /* three */ }'), { a: [1, 2], b: '// #,]' })
  assert.deepEqual(read('["\\",]",\n]'), ['",]'])
  for (const none of ['{', 'a: b', '"a', '/* open', '']) assert.equal(read(none), undefined, none)
})
