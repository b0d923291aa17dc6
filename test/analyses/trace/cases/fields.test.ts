import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Expectation, readExpectation } from '../../../../src/analyses/trace/cases/case-expectation.ts'
import { readRequestSpec } from '../../../../src/analyses/trace/cases/case-request.ts'
import { casesIn, readCase } from '../../../../src/analyses/trace/cases/cases.ts'
import { quoted } from '../../../../src/analyses/trace/cases/quoted.ts'
import { parseRelaxedJson } from '../../../../src/analyses/trace/cases/relaxed-json.ts'
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

test('a value in an error is short; JSON may have comments and commas at the end', () => {
  assert.equal(quoted('x'.repeat(198)), `"${'x'.repeat(198)}"`)
  assert.equal(quoted('x'.repeat(199)), `"${'x'.repeat(199)}…`)
  assert.equal(quoted(undefined), 'nothing')
  const read = (text: string) => parseRelaxedJson(text, 'x')
  assert.deepEqual(read('{"a": [1, 2,], // one\n # two\n "b": "// #,]", /* three */ }'), { a: [1, 2], b: '// #,]' })
  assert.deepEqual(read('["\\",]",\n]'), ['",]'])
  for (const none of ['{', 'a: b', '"a', '/* open', '']) assert.equal(read(none), undefined, none)
})
