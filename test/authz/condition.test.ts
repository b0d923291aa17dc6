import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionWords } from '../../src/authz/condition.ts'
import { policyCondition } from '../../src/authz/policy-condition.ts'
import { policyId } from '../../src/authz/policy-id.ts'
import type { JsonObject } from '../../src/envoy/json.ts'

const any = [{ any: true }]
const words = (permissions: JsonObject[], principals: JsonObject[] = any, more: JsonObject = {}) =>
  conditionWords(policyCondition({ permissions, principals, ...more }))
const or = (...rules: JsonObject[]) => ({ or_rules: { rules } })
const and = (...rules: JsonObject[]) => ({ and_rules: { rules } })
const path = (prefix: string) => ({ url_path: { path: { prefix } } })
const method = (exact: string) => ({ header: { name: ':method', string_match: { exact } } })

const cases: readonly [string, string][] = [
  [words(any), 'always'],
  [words([]), 'never'],
  [words([and(or(path('/a'), path('/b')), or(method('GET')))]), 'path /a* or /b*, method GET'],
  [words([and(path('/a'), or(method('GET'), { destination_port: 80 }))]), 'path /a*, (method GET or port 80)'],
  [words([and(path('/a'), method('GET')), method('PUT')]), '(path /a*, method GET) or method PUT'],
  [words([{ not_rule: or(path('/a'), path('/b')) }]), 'not path /a* or /b*'],
  [words([{ not_rule: and(path('/a'), method('GET')) }]), 'not (path /a*, method GET)'],
  [words([{ not_rule: { any: true } }]), 'never'],
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
]

for (const [got, wanted] of cases) test(`in words: ${wanted}`, () => assert.equal(got, wanted))

test('names of policies', () => {
  assert.deepEqual(policyId('ns[a]-policy[b]-rule[2]'), { name: 'b.a', rule: '2', custom: false })
  assert.deepEqual(policyId('istio-ext-authz-ns[a]-policy[b]-rule[0]'), { name: 'b.a', rule: '0', custom: true })
  assert.deepEqual(policyId('everyone'), { name: 'everyone', rule: '', custom: false })
})
