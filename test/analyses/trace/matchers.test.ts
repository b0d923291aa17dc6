import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { normalizeHost } from '../../../src/semantics/http/host-normalization.ts'
import { normalizePath } from '../../../src/semantics/http/path-normalization.ts'
import { headerMatches } from '../../../src/semantics/matching/header-match.ts'
import { headersOf } from '../../../src/semantics/matching/http-headers.ts'
import { evaluateMatcher } from '../../../src/semantics/matching/matcher-tree.ts'
import { queryMatches, queryOf } from '../../../src/semantics/matching/query-match.ts'
import { fullMatch, replaceAll } from '../../../src/semantics/matching/regex.ts'
import { matchTemplate } from '../../../src/semantics/matching/uri-template.ts'
import { findVirtualHost } from '../../../src/semantics/routes/domain-search.ts'

const route = (domains: Record<string, string>): JsonObject => ({
  virtual_hosts: Object.entries(domains).map(([domain, name]) => ({ name, domains: [domain] })),
})

test('domain search: exact, suffix, prefix, any; longer wildcards first, at least one character each', () => {
  const table = route({ 'www.foo.com': 'A', '*.foo.com': 'B', '*-bar.foo.com': 'C', 'foo.*': 'D', '*': 'E' })
  const found = (host: string) => findVirtualHost(table, host)?.virtualHost.name
  const expected = {
    'www.foo.com': 'A',
    'x.foo.com': 'B',
    'baz-bar.foo.com': 'C',
    '-bar.foo.com': 'B',
    'foo.com': 'D',
    '.foo.com': 'E',
  }
  for (const [host, name] of Object.entries(expected)) assert.equal(found(host), name, host)
  assert.equal(findVirtualHost(route({ '*.com': 'A', 'foo.*': 'B' }), 'foo.com')?.virtualHost.name, 'A')
  assert.equal(findVirtualHost(route({ 'a.com': 'A' }), 'a.com:80'), undefined)
})

const given = (headers: [string, string][], matcher: JsonObject, envoy?: number) =>
  headerMatches({ name: 'x', ...matcher }, headersOf(headers, {}, envoy))

test('a missing header matches nothing, not even inverted, unless it counts as empty', () => {
  assert.equal(given([], { exact_match: 'a', invert_match: true }), false)
  assert.equal(given([['x', 'b']], { exact_match: 'a', invert_match: true }), true)
  assert.equal(given([['X', 'a']], { exact_match: 'a', invert_match: true }), false)
  assert.equal(given([], { exact_match: 'a', invert_match: true, treat_missing_header_as_empty: true }), true)
})

test('presence', () => {
  assert.equal(given([], { present_match: true, invert_match: true }), true)
  assert.equal(given([['x', '']], { present_match: true, invert_match: true }), false)
  assert.equal(given([], { present_match: false }), true)
  assert.equal(given([['x', '1']], { present_match: false }), false)
  assert.equal(given([['x', '1']], {}), true)
})

test('each value of a header is matched for itself since Envoy 1.39, all joined before', () => {
  const two: [string, string][] = [
    ['x', 'a'],
    ['x', 'b'],
  ]
  assert.equal(given(two, { string_match: { exact: 'a' } }), true)
  assert.equal(given(two, { string_match: { exact: 'a' }, invert_match: true }), false)
  assert.equal(given(two, { string_match: { exact: 'a,b' } }), false)
  assert.equal(given(two, { string_match: { exact: 'a' } }, 1038), false)
  assert.equal(given(two, { string_match: { exact: 'a,b' } }, 1038), true)
})

test('ranges take whole numbers only and end before their end', () => {
  const range = { range_match: { start: '-10' } }
  assert.equal(given([['x', '-1']], range), true)
  assert.equal(given([['x', '0']], range), false)
  assert.equal(given([['x', '10.9']], range), false)
  assert.equal(given([['x', '']], range), false)
})

test('query parameters: the first of a name counts, nothing is decoded', () => {
  const query = queryOf('/p?debug=1&debug=2&a&b=%20')
  assert.equal(queryMatches({ name: 'debug', string_match: { exact: '2' } }, query), false)
  assert.equal(queryMatches({ name: 'a', string_match: { exact: '' } }, query), true)
  assert.equal(queryMatches({ name: 'b', string_match: { exact: '%20' } }, query), true)
  assert.equal(queryMatches({ name: 'c', present_match: false }, query), true)
  assert.equal(queryMatches({ name: 'c', present_match: true }, query), false)
})

test('path normalization leaves the query alone', () => {
  assert.deepEqual(normalizePath('//a///b?x=//', { merge_slashes: true }), { action: 'continue', path: '/a/b?x=//' })
  assert.deepEqual(normalizePath('/a/../b', { normalize_path: true }), { action: 'continue', path: '/b' })
  assert.deepEqual(normalizePath('//?x', { merge_slashes: true }), { action: 'continue', path: '//?x' })
  assert.deepEqual(normalizePath('/a^b|', { normalize_path: true }), { action: 'continue', path: '/a%5Eb%7C' })
  assert.equal(normalizePath('/a#b', {}).action, 'reject')
  assert.deepEqual(normalizePath('/a%2Fb', { path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT' }), {
    action: 'redirect',
    path: '/a/b',
  })
})

test('host normalization strips the port that the listener has', () => {
  assert.equal(normalizeHost('a.com:8080', { strip_matching_host_port: true }, 8080), 'a.com')
  assert.equal(normalizeHost('a.com:80', { strip_matching_host_port: true }, 8080), 'a.com:80')
  assert.equal(normalizeHost('[::1]:80', { strip_any_host_port: true }, 1), '[::1]')
  assert.equal(normalizeHost('a.com.:80', { strip_trailing_host_dot: true }, 1), 'a.com:80')
})

test('URI templates', () => {
  assert.deepEqual([...(matchTemplate('/videos/{file}', '/videos/a.mp4') ?? [])], [['file', 'a.mp4']])
  assert.equal(matchTemplate('/videos/{file}', '/videos/a/b'), undefined)
  assert.ok(matchTemplate('/**.mpd', '/c/1/m.mpd'))
  assert.deepEqual([...(matchTemplate('/a/{x}', '/a/b*c') ?? [])], [['x', 'b*c']])
})

test('regular expressions are RE2: full match, linear time', () => {
  assert.equal(fullMatch('/b[io]t', '/bit'), true)
  assert.equal(fullMatch('/b[io]t', '/bite'), false)
  assert.equal(fullMatch('(a+)+$', `${'a'.repeat(50_000)}b`), false)
  assert.equal(fullMatch('(?=x)', 'x'), false)
  assert.equal(replaceAll('/v(\\d)/', '/version-\\1/', '/v2/x'), '/version-2/x')
})

test('a nested matcher without a match lets the list go on', () => {
  const always = { single_predicate: { input: {}, value_match: { prefix: '' } } }
  const list = {
    matcher_list: {
      matchers: [
        { predicate: always, on_match: { matcher: { matcher_list: { matchers: [] } } } },
        { predicate: always, on_match: { action: { name: 'B' } } },
      ],
    },
  }
  assert.deepEqual(
    evaluateMatcher(list, () => 'x'),
    { action: { name: 'B' } },
  )
})

test('an IP range that is exclusive only counts as the first, the narrowest', () => {
  const typed = (type: string, fields: JsonObject) => ({
    typed_config: { '@type': `type.googleapis.com/${type}`, ...fields },
  })
  const range = (length: number, action: string | undefined, exclusive: boolean): JsonObject => ({
    ranges: [{ address_prefix: '10.0.0.0', prefix_len: length }],
    on_match: action === undefined ? { matcher: { matcher_list: { matchers: [] } } } : { action: { name: action } },
    exclusive,
  })
  const found = (...ranges: JsonObject[]): unknown => {
    const custom_match = typed('xds.type.matcher.v3.IPMatcher', { range_matchers: ranges })
    const result = evaluateMatcher({ matcher_tree: { input: {}, custom_match } }, () => '10.0.0.1')
    return 'action' in result ? result.action?.name : result.undecided
  }
  assert.equal(found(range(8, 'wide', false), range(24, undefined, true)), 'wide')
  assert.equal(found(range(8, 'wide', true), range(24, undefined, false)), undefined)
  assert.equal(found(range(8, 'wide', true)), 'wide')
})
