import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { evaluateRbac } from '../../../src/semantics/rbac/evaluate-rbac.ts'
import type { RbacContext } from '../../../src/semantics/rbac/rbac-decision.ts'
import type { ClientTls } from '../../../src/semantics/request.ts'
import { connected, type Sent, sent, validating } from '../sent.ts'

interface Given extends Partial<RbacContext> {
  readonly asked?: Sent
  readonly tls?: ClientTls
}

function contextOf({ asked, tls, ...more }: Given = {}): RbacContext {
  return {
    connection: connected(tls),
    downstreamTls: tls === undefined ? undefined : validating,
    request: sent(asked),
    known: {},
    ...more,
  }
}

const anyone = [{ any: true }]
const policy = (permissions: readonly JsonObject[], principals: readonly JsonObject[] = anyone): JsonObject => ({
  permissions: [...permissions],
  principals: [...principals],
})

const permitted = (permission: JsonObject, given?: Given) =>
  evaluateRbac({ rules: { action: 'ALLOW', policies: { p: policy([permission]) } } }, contextOf(given)).allowed
const taken = (principal: JsonObject, given?: Given) =>
  evaluateRbac({ rules: { action: 'ALLOW', policies: { p: policy(anyone, [principal]) } } }, contextOf(given)).allowed

test('rules decide by action and policies in the order of their names; without rules all pass', () => {
  const decided = (config: JsonObject) => {
    const { allowed, details, reason, policy: name } = evaluateRbac(config, contextOf())
    return `${allowed} ${reason.code} ${name ?? ''} ${details}`
  }
  const policies = { b: policy(anyone), 'a x': policy(anyone), 0: policy([{ not_rule: { any: true } }]) }
  assert.equal(decided({}), 'true rbac-no-rules  ')
  assert.equal(decided({ rules: { action: 'LOG', policies } }), 'true rbac-logs-only  ')
  assert.equal(decided({ rules: { policies } }), 'true rbac-allowed a x rbac_access_denied_matched_policy[a_x]')
  assert.equal(
    decided({ rules: { action: 'DENY', policies } }),
    'false rbac-denied a x rbac_access_denied_matched_policy[a_x]',
  )
  assert.equal(
    decided({ rules: { action: 'ALLOW' } }),
    'false rbac-no-policy-matches  rbac_access_denied_matched_policy[none]',
  )
  assert.equal(
    decided({ rules: { action: 'DENY' } }),
    'true rbac-no-policy-matches  rbac_access_denied_matched_policy[none]',
  )
  const condition = { ...policy(anyone), condition: {} }
  assert.equal(decided({ rules: { policies: { p: condition } } }), 'undefined rbac-cel-condition  ')
  assert.equal(
    decided({ rules: { policies: { p: { ...policy(anyone), checked_condition: {} } } } }),
    'undefined rbac-cel-condition  ',
  )
  assert.equal(
    decided({ rules: { policies: { p: condition, q: policy(anyone) } } }),
    'true rbac-allowed q rbac_access_denied_matched_policy[q]',
  )
  assert.equal(
    decided({ rules: { policies: { p: { ...policy([{ not_rule: { any: true } }]), condition: {} } } } }),
    'false rbac-no-policy-matches  rbac_access_denied_matched_policy[none]',
  )
})

test('a policy needs one permission and one principal', () => {
  const no = { not_rule: { any: true } }
  assert.equal(permitted({ any: true }), true)
  assert.equal(permitted(no), false)
  assert.equal(evaluateRbac({ rules: { policies: { p: policy([no, { any: true }]) } } }, contextOf()).allowed, true)
  assert.equal(evaluateRbac({ rules: { policies: { p: policy([], anyone) } } }, contextOf()).allowed, false)
  assert.equal(evaluateRbac({ rules: { policies: { p: policy(anyone, []) } } }, contextOf()).allowed, false)
})

const unknown = { filter_state: { key: 'x', string_match: { exact: 'a' } } }

test('permissions: and, or, not, with what is not known', () => {
  const [yes, no] = [{ any: true }, { not_rule: { any: true } }]
  for (const [rules, all, any] of [
    [[yes, yes], true, true],
    [[yes, no], false, true],
    [[no, no], false, false],
    [[yes, unknown], undefined, true],
    [[no, unknown], false, undefined],
  ] as const) {
    assert.equal(permitted({ and_rules: { rules: [...rules] } }), all)
    assert.equal(permitted({ or_rules: { rules: [...rules] } }), any)
    const ids = rules.map((rule) => (rule === no ? { not_id: { any: true } } : rule))
    assert.equal(taken({ and_ids: { ids } }), all)
    assert.equal(taken({ or_ids: { ids } }), any)
  }
  assert.equal(permitted({ not_rule: unknown }), undefined)
  assert.equal(taken({ not_id: unknown }), undefined)
  assert.equal(permitted({ metadata_of_a_later_version: {} }), undefined)
})

test('permissions by destination: address, port, range, server name', () => {
  const range = (address_prefix: string, prefix_len: number) => ({ address_prefix, prefix_len })
  assert.equal(permitted({ destination_ip: range('10.0.0.0', 24) }), true)
  assert.equal(permitted({ destination_ip: range('10.0.1.0', 24) }), false)
  assert.equal(
    permitted({ destination_ip: range('10.0.0.0', 24) }, { connection: connected(undefined, { local: undefined }) }),
    false,
  )
  assert.equal(
    permitted({ destination_ip: range('10.0.0.0', 24) }, { connection: connected(undefined, { local: { port: 80 } }) }),
    undefined,
  )
  assert.equal(permitted({ destination_port: 80 }), true)
  assert.equal(permitted({ destination_port: 0 }), false)
  for (const [start, end, truth] of [
    [80, 81, true],
    [79, 80, false],
    [81, 90, false],
    [undefined, 81, true],
    [80, undefined, false],
  ] as const)
    assert.equal(
      permitted({ destination_port_range: { ...(start && { start }), ...(end && { end }) } }),
      truth,
      `${start}-${end}`,
    )
  assert.equal(
    permitted({ destination_port_range: { end: 1 } }, { connection: connected(undefined, { local: undefined }) }),
    false,
  )
  assert.equal(permitted({ requested_server_name: { exact: 'a.test' } }, { tls: { sni: 'a.test' } }), true)
  assert.equal(permitted({ requested_server_name: { exact: 'a.test' } }), false)
  assert.equal(
    permitted({ requested_server_name: { exact: 'a.test' } }, { connection: connected({}, { sniUnknown: true }) }),
    undefined,
  )
})

test('principals by address: the client, the peer, the client behind trusted proxies', () => {
  const only = (address_prefix: string) => ({ address_prefix, prefix_len: 32 })
  const behind = { request: { ...sent(), client: { address: '10.7.7.7' } } }
  for (const [field, own] of [
    ['source_ip', '10.9.9.9'],
    ['direct_remote_ip', '10.8.8.8'],
    ['remote_ip', '10.7.7.7'],
  ] as const)
    for (const address of ['10.9.9.9', '10.8.8.8', '10.7.7.7'])
      assert.equal(taken({ [field]: only(address) }, behind), address === own, `${field} ${address}`)
  const network = { request: undefined }
  assert.equal(taken({ remote_ip: only('10.9.9.9') }, network), true)
  assert.equal(taken({ source_ip: only('10.9.9.9') }, { connection: connected(undefined, { remote: {} }) }), undefined)
  assert.equal(taken({ source_ip: { address_prefix: 'no address', prefix_len: 8 } }), false)
})

test('conditions of both: header, path, template, metadata, filter state', () => {
  const template = {
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
      path_template: '/a/{b}',
    },
  }
  const asked = { path: '/a/x?q', headers: [['x', '1']] as const }
  const metadata = { filter: 'ns', path: [{ key: 'k' }], value: { string_match: { exact: 'v' } } }
  const known = { dynamicMetadata: { ns: { k: 'v' } }, filterState: { x: 'a' } }
  for (const holds of [permitted, taken]) {
    assert.equal(holds({ header: { name: 'x', exact_match: '1' } }, { asked }), true)
    assert.equal(holds({ header: { name: 'x', exact_match: '2' } }, { asked }), false)
    assert.equal(holds({ header: { name: 'x' } }, { request: undefined }), false)
    assert.equal(holds({ url_path: { path: { exact: '/a/x' } } }, { asked }), true)
    assert.equal(holds({ url_path: { path: { exact: '/a/x?q' } } }, { asked }), false)
    assert.equal(holds({ uri_template: template }, { asked }), true)
    assert.equal(holds({ uri_template: template }), false)
    assert.equal(holds({ metadata }, { known }), true)
    assert.equal(holds({ metadata }), false)
    assert.equal(holds({ sourced_metadata: { metadata_matcher: metadata } }, { known }), true)
    assert.equal(
      holds({ sourced_metadata: { metadata_matcher: metadata, metadata_source: 'ROUTE' } }, { known }),
      false,
    )
    assert.equal(
      holds(
        { sourced_metadata: { metadata_matcher: metadata, metadata_source: 'ROUTE' } },
        { routeMetadata: known.dynamicMetadata },
      ),
      true,
    )
    assert.equal(holds(unknown, { known }), true)
    assert.equal(holds(unknown, { known: { filterState: { x: 'b' } } }), false)
    assert.equal(holds(unknown), undefined)
    const two = {
      headers: [
        ['y', '1'],
        ['y', '2'],
      ] as const,
    }
    assert.equal(
      holds({ header: { name: 'y', exact_match: '1' } }, { asked: two }),
      true,
      'each value for itself since 1.38',
    )
    assert.equal(holds({ header: { name: 'y', exact_match: '1' } }, { asked: { ...two, envoy: 1037 } }), false)
  }
})

test("Istio's principal in filter state is that of the certificate", () => {
  const peer = { filter_state: { key: 'io.istio.peer_principal', string_match: { exact: 'spiffe://a' } } }
  assert.equal(taken(peer, { tls: { certificate: { uriSans: ['spiffe://a', 'spiffe://b'] } } }), true)
  assert.equal(taken(peer, { tls: { certificate: { uriSans: ['spiffe://b', 'spiffe://a'] } } }), false)
  assert.equal(taken(peer, { tls: { certificate: {} } }), undefined)
  assert.equal(taken(peer, { tls: {} }), false)
  assert.equal(taken(peer), false)
  assert.equal(taken(peer, { known: { filterState: { 'io.istio.peer_principal': 'spiffe://a' } } }), true)
})

test('an authenticated principal: any client of TLS, or a name of its certificate', () => {
  const named = (exact: string): JsonObject => ({ authenticated: { principal_name: { exact } } })
  const certificate = { uriSans: ['u'], dnsSans: ['d'], subject: 'CN=s' }
  assert.equal(taken({ authenticated: {} }), false)
  assert.equal(taken({ authenticated: {} }, { tls: {} }), true)
  for (const name of ['u', 'd', 'CN=s']) assert.equal(taken(named(name), { tls: { certificate } }), true, name)
  assert.equal(taken(named('x'), { tls: { certificate } }), false)
  assert.equal(taken(named('d'), { tls: { certificate: { uriSans: ['u'] } } }), false)
  assert.equal(taken(named('u'), { tls: { certificate: {} } }), undefined)
  assert.equal(taken(named(''), { tls: {} }), true, 'no certificate has an empty subject')
  assert.equal(taken(named('u'), { tls: {} }), false)
  assert.equal(taken(named('u'), { tls: { certificate }, downstreamTls: {} }), false, 'not asked for')
})

test('a principal of mTLS: a validated certificate, a name in it on demand', () => {
  const custom = (more: object, type = 'envoy.extensions.rbac.principals.mtls_authenticated.v3.Config') => ({
    custom: { name: 'x', typed_config: { '@type': `type.googleapis.com/${type}`, ...more } },
  })
  const san = (san_type: string) => custom({ san_matcher: { san_type, matcher: { exact: 'a' } } })
  const tls = { certificate: { uriSans: ['a'], dnsSans: ['b'] } }
  assert.equal(taken(custom({ any_validated_client_certificate: true }), { tls }), true)
  assert.equal(taken(custom({}), { tls }), false)
  assert.equal(
    taken(custom({ any_validated_client_certificate: true }), {
      tls: { certificate: { ...tls.certificate, trusted: false } },
    }),
    false,
  )
  assert.equal(taken(san('URI'), { tls }), true)
  assert.equal(taken(san('DNS'), { tls }), false)
  assert.equal(taken(san('EMAIL'), { tls }), undefined)
  assert.equal(taken(custom({}, 'some.other.v3.Config'), { tls }), undefined)
})

test('a matcher tree of RBAC: the action of its leaf; nothing found is a denial', () => {
  const action = (kind: string | undefined) => ({
    action: {
      name: 'a',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.config.rbac.v3.Action',
        name: 'rule 1',
        ...(kind && { action: kind }),
      },
    },
  })
  const matcher = (kind: string | undefined) => ({
    matcher_tree: {
      input: {
        name: 'i',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput',
          header_name: 'x',
        },
      },
      exact_match_map: { map: { 1: action(kind) } },
    },
  })
  const decided = (kind: string | undefined, value = '1') => {
    const { allowed, details, reason } = evaluateRbac(
      { matcher: matcher(kind) },
      contextOf({ asked: { headers: [['x', value]] } }),
    )
    return `${allowed} ${reason.code} ${details}`
  }
  const named = 'rbac_access_denied_matched_policy[rule_1]'
  assert.equal(decided('ALLOW'), `true rbac-allowed ${named}`)
  assert.equal(decided(undefined), `true rbac-allowed ${named}`)
  assert.equal(decided('DENY'), `false rbac-denied ${named}`)
  assert.equal(decided('LOG'), `true rbac-logged ${named}`)
  assert.equal(decided('ALLOW', '2'), 'false rbac-matcher-no-match rbac_access_denied_matched_policy[none]')
})
