import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { anyText, partialText } from '../../../src/semantics/matching/partial-text.ts'
import { runtimeOf } from '../../../src/semantics/matching/runtime.ts'
import { reasonText } from '../../../src/semantics/reasons/reason-text.ts'
import { describePath, mismatchOf, type RouteContext } from '../../../src/semantics/routes/route-match.ts'
import { virtualClusterOf } from '../../../src/semantics/routes/virtual-cluster.ts'
import { always, connected, contextOf, recordingChance, type Sent, sent, validating } from '../sent.ts'

const matches = (match: JsonObject, request: Sent = {}, more: Partial<RouteContext> = {}) =>
  mismatchOf(match, contextOf(request, more)) === undefined
const template = (path_template: string) => ({
  path_match_policy: {
    name: 't',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
      path_template,
    },
  },
})

test('a path by each specifier, its case where that counts, and in words', () => {
  for (const [match, yes, no, words] of [
    [{ prefix: '/Ab' }, ['/Ab', '/Abc', '/Ab/c?x'], ['/ab', '/A', '/x/Ab'], 'prefix /Ab'],
    [{ prefix: '/Ab', case_sensitive: false }, ['/aBc'], ['/ac'], 'prefix /Ab'],
    [{ path: '/a' }, ['/a', '/a?b=c', '/a#d'], ['/ab', '/a/', '/'], 'path /a'],
    [{ path: '/a', case_sensitive: false }, ['/A'], ['/b'], 'path /a'],
    [{ path_separated_prefix: '/a' }, ['/a', '/a/b', '/a?x'], ['/ab', '/', '/b/a'], 'path-separated prefix /a'],
    [{ path_separated_prefix: '/a', case_sensitive: false }, ['/A/b'], ['/AB'], 'path-separated prefix /a'],
    [{ safe_regex: { regex: '/v\\d' } }, ['/v1', '/v1?x'], ['/v', '/v12', '/V1'], 'regex /v\\d'],
    [{ regex: '/v.' }, ['/v1'], ['/v12'], 'regex /v.'],
    [template('/a/{b}'), ['/a/x', '/a/x?y'], ['/a', '/a/x/y'], 'template /a/{b}'],
    [{}, [], ['/'], 'any path'],
  ] as const) {
    for (const path of yes) assert.ok(matches(match, { path }), `${words} ${path}`)
    for (const path of no) assert.ok(!matches(match, { path }), `${words} ${path}`)
    assert.equal(describePath(match), words)
  }
  for (const path of ['/a;x=1', '/a;x=1?y', '/a']) {
    assert.equal(matches({ path: '/a' }, { path }, { ignorePathParameters: true }), true, path)
    assert.equal(matches({ path: '/a' }, { path }), path === '/a', path)
  }
  assert.ok(
    !matches(template('/a'), { path: '/a;x=1' }, { ignorePathParameters: true }),
    'the extension gets the parameters',
  )
})

test('CONNECT, and what upgrades to CONNECT-UDP; nothing else matches without a path', () => {
  const connect = { connect_matcher: {} }
  assert.ok(matches(connect, { method: 'CONNECT' }))
  assert.ok(matches(connect, { headers: [['upgrade', 'Connect-UDP']] }))
  assert.ok(!matches(connect, {}))
  assert.ok(!matches(connect, { headers: [['upgrade', 'websocket']] }))
  assert.equal(describePath(connect), 'CONNECT')
  const withoutPath = contextOf({}, { request: { ...sent({ method: 'CONNECT' }), path: undefined } })
  assert.notEqual(mismatchOf({ prefix: '/' }, withoutPath), undefined)
})

/** What of a match fails, in words, and what would tell where that is not known. */
function failing(match: JsonObject, request: Sent = {}, more: Partial<RouteContext> = {}): string | undefined {
  const found = mismatchOf({ prefix: '/', ...match }, contextOf(request, more))
  return found && `${found.code} ${found.args.needed}${found.unknown === undefined ? '' : ` (${found.unknown})`}`
}

test('everything that a match asks for has to hold; the first that does not is named', () => {
  assert.equal(failing({}), undefined)
  assert.equal(failing({ prefix: '/x', headers: [{ name: 'a' }] }), 'route-path-not-matched prefix /x')
  assert.equal(failing({ grpc: {} }), 'route-grpc-not-matched a gRPC content-type')
  for (const type of ['application/grpc', 'application/grpc+proto'])
    assert.equal(failing({ grpc: {} }, { headers: [['content-type', type]] }), undefined)
  assert.notEqual(failing({ grpc: {} }, { headers: [['content-type', 'application/grpc-web']] }), undefined)
  const headers = [{ name: 'a' }, { name: 'b', exact_match: '1' }, { name: 'b', exact_match: '2' }]
  assert.equal(
    failing(
      { headers },
      {
        headers: [
          ['a', ''],
          ['b', '3'],
        ],
      },
    ),
    'route-headers-not-matched b is "1"',
  )
  assert.equal(
    failing(
      { headers: headers.slice(0, 2) },
      {
        headers: [
          ['a', ''],
          ['b', '1'],
        ],
      },
    ),
    undefined,
  )
  const query_parameters = [{ name: 'a' }, { name: 'b', value: '1' }, { name: 'c' }]
  assert.equal(failing({ query_parameters }, { path: '/?a' }), 'route-query-not-matched b is "1"')
  assert.equal(failing({ query_parameters }, { path: '/?a&b=1&c' }), undefined)
  assert.equal(failing({ query_parameters: [] }), undefined)
  const cookies = [
    { name: 'a', string_match: { exact: '1' } },
    { name: 'b', string_match: { exact: '2' } },
  ]
  assert.equal(failing({ cookies }, { headers: [['cookie', 'a=1; b=3']] }), 'route-cookies-not-matched cookie b')
  assert.equal(failing({ cookies }, { headers: [['cookie', 'a=1; b=2']] }), undefined)
  const inverted = cookies.map((cookie) => ({ ...cookie, invert_match: true }))
  assert.equal(failing({ cookies: inverted }), undefined, 'a missing cookie matches when inverted')
  assert.equal(failing({ cookies: inverted }, { headers: [['cookie', 'a=1']] }), 'route-cookies-not-matched cookie a')
  assert.equal(
    failing({ cookies: [{ name: 'a', string_match: { custom: {} } }] }, { headers: [['cookie', 'a=1']] }),
    'route-cookies-not-matched cookie a',
  )
})

test('a client certificate: presented, validated, and what only counts where it was asked for', () => {
  const certificate = { uriSans: ['spiffe://a'] }
  const given = { connection: connected({ certificate }), downstreamTls: validating }
  const untrusted = {
    connection: connected({ certificate: { ...certificate, trusted: false } }),
    downstreamTls: validating,
  }
  const notAsked = { connection: connected({ certificate }), downstreamTls: {} }
  for (const [more, presented, validated] of [
    [given, true, true],
    [untrusted, true, false],
    [notAsked, false, false],
    [{}, false, false],
  ] as const) {
    for (const wanted of [true, false]) {
      assert.equal(
        failing({ tls_context: { presented: wanted } }, {}, more),
        wanted === presented ? undefined : `route-tls-not-matched client certificate presented: ${wanted}`,
      )
      assert.equal(
        failing({ tls_context: { validated: wanted } }, {}, more),
        wanted === validated ? undefined : `route-tls-not-matched client certificate validated: ${wanted}`,
      )
    }
  }
})

test('dynamic metadata and filter state: what is known and what may have been set', () => {
  const dynamic_metadata = [{ filter: 'ns', path: [{ key: 'k' }], value: { string_match: { exact: 'v' } } }]
  const known = (state: RouteContext['known']) => ({ known: state })
  assert.equal(failing({ dynamic_metadata }, {}, known({ dynamicMetadata: { ns: { k: 'v' } } })), undefined)
  assert.equal(failing({ dynamic_metadata }, {}, known({})), 'route-metadata-not-matched dynamic metadata ns')
  assert.equal(
    failing({ dynamic_metadata }, {}, known({ openMetadata: 'any' })),
    'route-metadata-not-matched dynamic metadata ns (metadata)',
  )
  const filter_state = [
    { key: 'a', string_match: { exact: '1' } },
    { key: 'b', string_match: { exact: '2' } },
  ]
  assert.equal(failing({ filter_state }, {}, known({ filterState: { a: '1', b: '2' } })), undefined)
  assert.equal(
    failing({ filter_state }, {}, known({ filterState: { a: '1', b: '3' } })),
    'route-filter-state-not-matched filter state b',
  )
  assert.equal(
    failing({ filter_state }, {}, known({ filterState: { a: '1' } })),
    'route-filter-state-not-matched filter state b',
  )
  assert.equal(
    failing({ filter_state }, {}, known({ filterState: { a: '1' }, unknownFilterState: { b: 'generated' } })),
    'route-filter-state-not-matched filter state b (generated)',
  )
  const request = sent()
  const open = { ...request, headers: request.headers.with('x', [partialText(['a', anyText], 'source')]) }
  assert.equal(
    failing({ headers: [{ name: 'x', exact_match: 'ab' }] }, {}, { request: open }),
    'route-headers-not-matched x is "ab" (source)',
  )
  assert.equal(
    failing({ headers: [{ name: 'x', prefix_match: 'b' }] }, {}, { request: open }),
    'route-headers-not-matched x starts with "b"',
  )
})

test('a runtime fraction: 0 and all are certain, between them chance decides', () => {
  const fraction = (numerator: number, more: object = {}) => ({
    runtime_fraction: { default_value: { numerator, ...more } },
  })
  assert.equal(failing(fraction(100), {}, { chance: always(1) }), undefined)
  assert.equal(failing(fraction(0), {}, { chance: always(0) }), 'route-runtime-not-matched a chance of 0/100')
  assert.equal(failing(fraction(99), {}, { chance: always(0) }), undefined)
  assert.equal(failing(fraction(99), {}, { chance: always(1) }), 'route-runtime-not-matched a chance of 99/100')
  assert.equal(
    failing(fraction(1, { denominator: 'MILLION' }), {}, { chance: always(1) }),
    'route-runtime-not-matched a chance of 1/1000000',
  )
  const overridden = { runtime_fraction: { runtime_key: 'a.b', default_value: { numerator: 0 } } }
  const runtime = runtimeOf({
    layered_runtime: { layers: [{ static_layer: { 'a.b': 1 } }, { static_layer: { a: { b: 100 } } }] },
  })
  assert.equal(failing(overridden, {}, { runtime, chance: always(1) }), undefined, 'the later layer, as percent')
  assert.equal(failing({ runtime: { default_value: { numerator: 0 } } }), 'route-runtime-not-matched a chance of 0/100')
  const { chance, asked } = recordingChance()
  failing({ ...fraction(30), headers: [{ name: 'none' }] }, {}, { chance })
  assert.deepEqual(asked, [], 'only when all else fits')
  failing(fraction(30), {}, { chance })
  assert.deepEqual(asked, [100, [30, 100]])
})

test('every mismatch is a sentence', () => {
  for (const match of [{ prefix: '/x' }, { prefix: '/', grpc: {} }, { prefix: '/', headers: [{ name: 'a' }] }]) {
    const found = mismatchOf(match, contextOf())
    assert.ok(found !== undefined)
    assert.match(reasonText(found), /^\S.*\S$/)
  }
})

test('a virtual cluster: the first that fits, other, or none', () => {
  const virtual_clusters = [
    {
      name: 'posts',
      headers: [
        { name: ':method', exact_match: 'POST' },
        { name: ':path', prefix_match: '/a' },
      ],
    },
    { name: 'old', pattern: '/v\\d', method: 'GET' },
    { name: 'any', pattern: '/any', method: 'METHOD_UNSPECIFIED' },
    { name: 'last', pattern: '/v1' },
  ]
  const counted = (request: Sent) => virtualClusterOf({ virtual_clusters }, sent(request))
  for (const [request, name] of [
    [{ method: 'POST', path: '/ab' }, 'posts'],
    [{ method: 'GET', path: '/ab' }, 'other'],
    [{ path: '/v1?x' }, 'old'],
    [{ path: '/v12' }, 'other'],
    [{ method: 'PUT', path: '/v1' }, 'last'],
    [{ method: 'PUT', path: '/any' }, 'any'],
  ] as const)
    assert.equal(counted(request), name, JSON.stringify(request))
  assert.equal(virtualClusterOf({}, sent()), '')
  assert.equal(virtualClusterOf({ virtual_clusters: [] }, sent()), '')
})
