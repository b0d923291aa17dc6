import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionWords } from '../../../src/analyses/authz/condition.ts'
import { matcherRules } from '../../../src/analyses/authz/matcher-rules.ts'
import { policyCondition } from '../../../src/analyses/authz/policy-condition.ts'
import { policyId } from '../../../src/analyses/authz/policy-id.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'

const any = [{ any: true }]
const words = (permissions: JsonObject[], principals: JsonObject[] = any, more: JsonObject = {}) =>
  conditionWords(policyCondition({ permissions, principals, ...more }))
const or = (...rules: JsonObject[]) => ({ or_rules: { rules } })
const and = (...rules: JsonObject[]) => ({ and_rules: { rules } })
const path = (prefix: string) => ({ url_path: { path: { prefix } } })
const method = (exact: string) => ({ header: { name: ':method', string_match: { exact } } })

const authn = (key: string, value: JsonObject) => ({ metadata: { filter: 'istio_authn', path: [{ key }], value } })

const cases: readonly [string, string][] = [
  [words(any), 'always'],
  [words([]), 'never'],
  [words([and(or(path('/a'), path('/b')), or(method('GET')))]), 'path /a* or /b*, method GET'],
  [words([and(path('/a'), or(method('GET'), { destination_port: 80 }))]), 'path /a*, (method GET or port 80)'],
  [words([and(path('/a'), method('GET')), method('PUT')]), '(path /a*, method GET) or method PUT'],
  [words([{ not_rule: or(path('/a'), path('/b')) }]), 'not path /a* or /b*'],
  [words([{ not_rule: and(path('/a'), method('GET')) }]), 'not (path /a*, method GET)'],
  [words([{ not_rule: { any: true } }]), 'never'],
  [words([{ not_rule: { any: true } }], [{ not_id: { any: true } }]), 'never'],
  [words([path('/a')], []), 'never'],
  [words([{ not_rule: { not_rule: { any: true } } }]), 'always'],
  [words([or(path('/a'), { not_rule: { any: true } })]), 'path /a*'],
  [words([or(path('/a'), { any: true })]), 'always'],
  [words([{ header: { name: 'x-a', present_match: true } }]), 'header x-a'],
  [words([{ header: { name: 'x-a', present_match: false } }]), 'not header x-a'],
  [words([{ header: { name: 'x-a', prefix_match: 'b', invert_match: true } }]), 'not header x-a b*'],
  [words([{ header: { name: ':authority', string_match: { suffix: '.com' } } }]), 'host *.com'],
  [words([{ destination_port_range: { start: 80, end: 90 } }]), 'port 80-89'],
  [words([{ destination_ip: { address_prefix: '10.0.0.0', prefix_len: 8 } }]), 'destination ip 10.0.0.0/8'],
  [words([{ requested_server_name: { exact: 'a.com' } }]), 'sni a.com'],
  [words(any, [{ authenticated: {} }]), 'an authenticated principal'],
  [words(any, [{ authenticated: { principal_name: { safe_regex: { regex: '.*/ns/a.*/.*' } } } }]), 'from namespace a*'],
  [
    words(any, [
      { filter_state: { key: 'io.istio.peer_principal', string_match: { exact: 'spiffe://td/ns/a/sa/b' } } },
    ]),
    'principal spiffe://td/ns/a/sa/b',
  ],
  [
    words(any, [
      {
        metadata: {
          filter: 'envoy.filters.http.jwt_authn',
          path: [{ key: 'payload' }, { key: 'iss' }],
          value: { string_match: { exact: 'me' } },
        },
      },
    ]),
    'claim iss me',
  ],
  [words(any, [{ remote_ip: { address_prefix: '::1', prefix_len: 128 } }]), 'remote ip ::1/128'],
  [words(any, any, { condition: {} }), 'a CEL expression'],
  [words([{ url_path: { path: { exact: '/a', ignore_case: true } } }]), 'path /a (any case)'],
  [words(any, [authn('source.principal', { string_match: { regex: '.*/ns/a/.*' } })]), 'from namespace a'],
  [words(any, [authn('source.principal', { string_match: { exact: 'td/ns/a/sa/b' } })]), 'principal td/ns/a/sa/b'],
  [words(any, [authn('request.auth.principal', { string_match: { regex: 'iss/.*' } })]), 'request principal ~iss/.*'],
  [words(any, [authn('x', { double_match: { range: { start: 1, end: 2 } } })]), 'x 1-2'],
]

for (const [got, wanted] of cases) test(`in words: ${wanted}`, () => assert.equal(got, wanted))

test('names of policies', () => {
  assert.deepEqual(policyId('ns[a]-policy[b]-rule[2]'), { name: 'b.a', rule: '2', custom: false })
  assert.deepEqual(policyId('istio-ext-authz-ns[a]-policy[b]-rule[0]'), { name: 'b.a', rule: '0', custom: true })
  assert.deepEqual(policyId('kri_mtp_default_east_shop_web-only_'), {
    name: 'meshtrafficpermission/web-only.shop',
    rule: '',
    custom: false,
  })
  assert.deepEqual(policyId('everyone'), { name: 'everyone', rule: '', custom: false })
})

const input = (message: string, config: JsonObject = {}) => ({ typed_config: { '@type': `x/y.${message}`, ...config } })
const is = (of: JsonObject, value_match: JsonObject) => ({ single_predicate: { input: of, value_match } })
const action = (name: string) => ({
  action: { name, typed_config: { '@type': 'x/envoy.config.rbac.v3.Action', name } },
})
const san = (prefix: string) => is(input('UriSanInput'), { prefix })
const header = (name: string, exact: string) =>
  is(input('HttpRequestHeaderMatchInput', { header_name: name }), { exact })

test('a matcher tree: the words of policies, nothing of an input left out', () => {
  const scope = {
    single_predicate: {
      input: input('DynamicMetadataInput', {
        filter: 'envoy.filters.http.jwt_authn',
        path: [{ key: 'provider' }, { key: 'scope' }],
      }),
      custom_match: input('Metadata', { value: { list_match: { one_of: { string_match: { exact: 'read' } } } } }),
    },
  }
  const rules = matcherRules({
    matcher_list: {
      matchers: [
        { predicate: { or_matcher: { predicate: [san('spiffe://a'), san('spiffe://b/')] } }, on_match: action('san') },
        { predicate: { and_matcher: { predicate: [header(':method', 'GET'), scope] } }, on_match: action('scope') },
        { predicate: { not_matcher: header('x-user', 'bob') }, on_match: action('not') },
        {
          predicate: header('x-a', 'b'),
          on_match: {
            matcher: {
              matcher_tree: {
                input: input('ServerNameInput'),
                exact_match_map: { map: { 'a.example.com': action('sni') } },
              },
              on_no_match: action('no sni'),
            },
          },
        },
      ],
    },
    on_no_match: action('rest'),
  })
  assert.deepEqual(
    rules.map(({ rule, condition }) => [rule, conditionWords(condition)]),
    [
      ['san', 'principal spiffe://a* or spiffe://b/*'],
      ['scope', 'method GET, claim provider.scope read'],
      ['not', 'not header x-user bob'],
      ['sni', 'header x-a b, sni a.example.com'],
      ['no sni', 'header x-a b, anything else'],
      ['rest', 'anything else'],
    ],
  )
  const withoutEnd = matcherRules({ matcher_list: { matchers: [{ predicate: san('a'), on_match: action('a') }] } })
  assert.deepEqual(
    withoutEnd.map(({ rule, action }) => [rule, action]),
    [
      ['a', 'ALLOW'],
      ['none', 'DENY'],
    ],
  )
  const [only] = matcherRules({ on_no_match: action('all') })
  assert.equal(only && conditionWords(only.condition), 'always')
})

test('alternatives in a matcher tree by address', () => {
  const [rule] = matcherRules({
    matcher_tree: {
      input: input('DirectSourceIPInput'),
      custom_match: input('IPMatcher', {
        range_matchers: [
          {
            ranges: [
              { address_prefix: '10.0.0.0', prefix_len: 8 },
              { address_prefix: '192.0.2.0', prefix_len: 24 },
            ],
            on_match: action('near'),
          },
        ],
      }),
    },
  })
  assert.equal(rule && conditionWords(rule.condition), 'source ip 10.0.0.0/8 or 192.0.2.0/24')
})
