import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { inputsFrom, type MatcherFacts } from '../../../src/semantics/matching/matcher-inputs.ts'
import { evaluateMatcher } from '../../../src/semantics/matching/matcher-tree.ts'
import { connected, sent } from '../sent.ts'

const typed = (type: string, more: object = {}) => ({
  name: 'x',
  typed_config: { '@type': `type.googleapis.com/${type}`, ...more },
})
const header = typed('envoy.type.matcher.v3.HttpRequestHeaderMatchInput', { header_name: 'x' })
const to = (name: string, more: object = {}) => ({ action: { name }, ...more })
const single = (value_match: object, input: object = header) => ({ single_predicate: { input, value_match } })

/** The name of the action that a matcher leads to with that value of the header `x`. */
function led(matcher: object, value?: string, more: Partial<MatcherFacts> = {}): string {
  const facts = {
    connection: connected(),
    request: sent({ headers: value === undefined ? [] : [['x', value]] }),
    ...more,
  }
  const found = evaluateMatcher(JSON.parse(JSON.stringify(matcher)), inputsFrom(facts))
  if ('undecided' in found) return `undecided ${Object.values(found.undecided.args).join(' ')}`
  return found.action === undefined ? 'none' : String(found.action.name)
}

const list = (...matchers: readonly (readonly [predicate: object, onMatch: object])[]) => ({
  matcher_list: { matchers: matchers.map(([predicate, on_match]) => ({ predicate, on_match })) },
})

test('a list of matchers: the first that holds, then what is to be done otherwise', () => {
  const [a, b] = [single({ prefix: 'a' }), single({ suffix: 'b' })]
  const both = { ...list([a, to('A')], [b, to('B')]), on_no_match: to('otherwise') }
  assert.deepEqual(
    ['a', 'b', 'ab', 'c', undefined].map((value) => led(both, value)),
    ['A', 'B', 'A', 'otherwise', 'otherwise'],
  )
  assert.equal(led(list([a, to('A')]), 'c'), 'none')
  assert.equal(led(list([a, to('A', { keep_matching: true })], [a, to('B')]), 'a'), 'B')
  assert.equal(
    led(list([a, { matcher: list([b, to('inner')]) }], [a, to('B')]), 'a'),
    'B',
    'a nested one that finds nothing',
  )
  assert.equal(led(list([a, { matcher: list([b, to('inner')]) }], [a, to('B')]), 'ab'), 'inner')
  assert.equal(led(list([a, { matcher: { ...list([b, to('inner')]), on_no_match: to('own') } }]), 'a'), 'own')
  assert.equal(led({}), 'none')
})

test('predicates: and, or, not, and what is not known', () => {
  const open = { single_predicate: { input: typed('some.Input'), value_match: { exact: 'a' } } }
  const [yes, no] = [single({ prefix: 'a' }), single({ prefix: 'z' })]
  const holds = (predicate: object) => led({ ...list([predicate, to('yes')]), on_no_match: to('no') }, 'a')
  for (const [parts, and, or] of [
    [[yes, yes], 'yes', 'yes'],
    [[yes, no], 'no', 'yes'],
    [[no, no], 'no', 'no'],
    [[open, yes], 'undecided Input', 'yes'],
    [[open, no], 'no', 'undecided Input'],
    [[no, open], 'no', 'undecided Input'],
  ] as const) {
    assert.equal(holds({ and_matcher: { predicate: parts } }), and)
    assert.equal(holds({ or_matcher: { predicate: parts } }), or)
  }
  assert.deepEqual(
    [yes, no, open].map((not_matcher) => holds({ not_matcher })),
    ['no', 'yes', 'undecided Input'],
  )
  assert.equal(
    holds({ single_predicate: { input: header, value_match: { custom: {} } } }),
    'undecided the matcher custom string',
  )
  assert.equal(
    holds({ single_predicate: { input: typed('some.Input'), custom_match: typed('xds.type.matcher.v3.CelMatcher') } }),
    'undecided a CEL expression',
  )
  assert.equal(
    holds({ single_predicate: { input: header, custom_match: typed('some.Thing') } }),
    'undecided the matcher Thing',
  )
})

test('addresses of a predicate and of a tree: the narrowest range, then wider ones unless they are exclusive', () => {
  const source = typed('envoy.extensions.matching.common_inputs.network.v3.SourceIPInput')
  const range = (address_prefix: string, prefix_len: number) => ({ address_prefix, prefix_len })
  const ip = (...cidr_ranges: readonly object[]) =>
    list([
      { single_predicate: { input: source, custom_match: typed('xds.type.matcher.v3.Ip', { cidr_ranges }) } },
      to('in'),
    ])
  assert.equal(led(ip(range('10.1.0.0', 16), range('10.9.0.0', 16))), 'in')
  assert.equal(led(ip(range('10.1.0.0', 16))), 'none')
  const nothing = { matcher: list() }
  const tree = (...range_matchers: readonly object[]) => ({
    matcher_tree: { input: source, custom_match: typed('xds.type.matcher.v3.IPMatcher', { range_matchers }) },
  })
  const of = (prefix: number, on_match: object, more: object = {}) => ({
    ranges: [range('10.9.9.9', prefix)],
    on_match,
    ...more,
  })
  assert.equal(led(tree(of(8, to('wide')), of(24, to('narrow')))), 'narrow')
  assert.equal(led(tree(of(8, to('wide')), of(24, nothing))), 'wide')
  assert.equal(led(tree(of(8, to('wide'), { exclusive: true }), of(24, nothing))), 'none')
  assert.equal(led(tree(of(8, to('wide')), of(24, to('narrow'), { exclusive: true }))), 'narrow')
  assert.equal(led(tree(of(8, to('first')), of(8, to('second')))), 'first')
  assert.equal(led(tree({ ranges: [range('10.1.0.0', 16)], on_match: to('other') })), 'none')
  assert.equal(
    led(
      {
        matcher_tree: {
          input: header,
          custom_match: typed('xds.type.matcher.v3.IPMatcher', { range_matchers: [of(8, to('x'))] }),
        },
      },
      'no address',
    ),
    'none',
  )
})

test('a tree: exact values, the longest prefix, server names from the narrowest; nothing without a value', () => {
  const tree = (map: object) => ({ matcher_tree: { input: header, ...map } })
  const exact = tree({ exact_match_map: { map: { a: to('A') } } })
  assert.deepEqual(
    ['a', 'ab', undefined].map((value) => led(exact, value)),
    ['A', 'none', 'none'],
  )
  const prefixes = tree({ prefix_match_map: { map: { '/': to('root'), '/a': to('A'), '/a/b': { matcher: list() } } } })
  assert.deepEqual(
    ['/', '/x', '/a', '/a/b/c', 'x'].map((value) => led(prefixes, value)),
    ['root', 'root', 'A', 'A', 'none'],
  )
  const names = (...pairs: readonly (readonly [string, object])[]) =>
    tree({
      custom_match: typed('xds.type.matcher.v3.ServerNameMatcher', {
        domain_matchers: pairs.map(([domain, on_match]) => ({ domains: [domain], on_match })),
      }),
    })
  const domains = names(
    ['*', to('any')],
    ['*.test', to('test')],
    ['*.b.test', to('b')],
    ['a.b.test', to('a')],
    ['c.b.test', { matcher: list() }],
  )
  assert.deepEqual(
    ['a.b.test', 'x.b.test', 'c.b.test', 'b.test', 'test', 'other'].map((value) => led(domains, value)),
    ['a', 'b', 'b', 'test', 'any', 'any'],
  )
  assert.equal(led(names(['a', to('a')]), 'b'), 'none')
  assert.equal(led(tree({ custom_match: typed('some.Tree') }), 'a'), 'undecided the matcher Tree')
})

test('each input of a matcher: its value, none, or what would tell it', () => {
  const network = (name: string) => typed(`envoy.extensions.matching.common_inputs.network.v3.${name}`)
  const ssl = (name: string) => typed(`envoy.extensions.matching.common_inputs.ssl.v3.${name}`)
  const certificate = { uriSans: ['u', 'v'], dnsSans: ['d'], subject: 's' }
  const full = {
    connection: connected({ sni: 'sni' }, { alpn: ['h2', 'http/1.1'] }),
    certificate,
    request: { ...sent({ path: '/?q=1', headers: [['x', 'a']] }), client: { address: '10.7.7.7', port: 7 } },
  }
  const bare = { connection: connected(undefined, { local: undefined, remote: {}, directRemote: {} }) }
  const read = (input: object, facts: MatcherFacts) => {
    const found = inputsFrom(facts)({ ...typedOf(input) })
    return found === undefined
      ? 'none'
      : typeof found === 'string'
        ? found
        : `? ${Object.values(found.undecided.args).join()}`
  }
  for (const [input, withAll, withLittle] of [
    [network('DestinationIPInput'), '10.0.0.1', 'none'],
    [network('DestinationPortInput'), '80', 'none'],
    [network('SourceIPInput'), '10.7.7.7', '? source'],
    [network('SourcePortInput'), '7', '? source_port'],
    [network('DirectSourceIPInput'), '10.8.8.8', '? source'],
    [network('SourceTypeInput'), 'none', '? source'],
    [network('ServerNameInput'), 'sni', 'none'],
    [network('TransportProtocolInput'), 'tls', 'raw_buffer'],
    [network('ApplicationProtocolInput'), "'h2','http/1.1'", 'none'],
    [ssl('UriSanInput'), 'u,v', 'none'],
    [ssl('DnsSanInput'), 'd', 'none'],
    [ssl('SubjectInput'), 's', 'none'],
    [header, 'a', 'none'],
    [typed('envoy.type.matcher.v3.HttpRequestQueryParamMatchInput', { query_param: 'q' }), '1', 'none'],
    [typed('some.Input'), '? Input', '? Input'],
  ] as const) {
    const name = input.typed_config['@type']
    assert.equal(read(input, full), withAll, name)
    assert.equal(read(input, bare), withLittle, name)
  }
  assert.equal(
    read(network('DestinationIPInput'), { connection: connected(undefined, { local: { port: 80 } }) }),
    '? address',
  )
  assert.equal(read(network('ServerNameInput'), { connection: connected({}, { sniUnknown: true }) }), '? sni')
  assert.equal(
    read(network('SourceTypeInput'), { connection: connected(undefined, { remote: { address: '127.0.0.1' } }) }),
    'local',
  )
  assert.equal(
    read(network('SourceTypeInput'), { connection: connected(undefined, { remote: { address: '10.0.0.1' } }) }),
    'local',
  )
  for (const name of ['UriSanInput', 'DnsSanInput', 'SubjectInput'])
    assert.equal(read(ssl(name), { ...bare, certificate: {} }), '? principal')
})

function typedOf(input: object) {
  const config: JsonObject = JSON.parse(JSON.stringify(Reflect.get(input, 'typed_config')))
  const type = String(config['@type']).replace('type.googleapis.com/', '')
  return { type, message: type.split('.').at(-1) ?? '', config, name: 'x' }
}
