import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routerCheck } from '../../../../src/analyses/trace/cases/router-check.ts'
import type { JsonObject } from '../../../../src/envoy/json.ts'

const header = (key: string, value: string): JsonObject => ({ header: { key, value } })
const table: JsonObject = {
  name: 'T',
  request_headers_to_add: [header('x-table', '1')],
  response_headers_to_add: [header('x-answer', 'yes')],
  virtual_hosts: [
    {
      name: 'V',
      domains: ['shop'],
      virtual_clusters: [{ name: 'gets', headers: [{ name: ':method', string_match: { exact: 'GET' } }] }],
      routes: [
        { match: { prefix: '/old' }, redirect: { path_redirect: '/new' } },
        { match: { path: '/moved' }, redirect: { response_code: 'FOUND', host_redirect: 'other' } },
        { match: { path: '/answer' }, direct_response: { status: 418, body: { inline_string: 'té' } } },
        {
          match: { prefix: '/in' },
          route: { cluster: 'outbound|80||a', prefix_rewrite: '/out', host_rewrite_literal: 'inner' },
          request_headers_to_add: [header('x-route', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%')],
        },
        {
          match: { prefix: '/chance', runtime_fraction: { default_value: {}, runtime_key: 'k' } },
          route: { cluster: 'rare' },
        },
        {
          match: { prefix: '/split' },
          route: {
            weighted_clusters: {
              clusters: [
                { name: 'a', weight: 25 },
                { name: 'b', weight: 75 },
              ],
            },
          },
        },
        { match: { prefix: '/plain' }, route: { cluster: 'p' } },
      ],
    },
    {
      name: 'S',
      domains: ['secure'],
      require_tls: 'ALL',
      routes: [{ match: { prefix: '/' }, route: { cluster: 's' } }],
    },
  ],
}

/** What does not hold, a line each. */
function failures(path: string, validate: JsonObject, input: JsonObject = {}): string {
  const { failures: found } = routerCheck(table, { input: { authority: 'shop', path, ...input }, validate })
  return found.map(({ field, expected, actual }) => `${field}: ${expected} <> ${actual}`).join('; ')
}

test("each expectation of Envoy's router check holds, and fails with what there is instead", () => {
  const cases: readonly (readonly [path: string, validate: Readonly<Record<string, string | number>>])[] = [
    [
      '/in/x',
      {
        cluster_name: 'outbound|80||a',
        virtual_cluster_name: 'gets',
        virtual_host_name: 'V',
        path_rewrite: '/out/x',
        host_rewrite: 'inner',
        path_redirect: '',
        code_redirect: 0,
      },
    ],
    ['/old', { cluster_name: '', virtual_host_name: '', path_redirect: 'http://shop/new', code_redirect: 301 }],
    ['/moved', { path_redirect: 'http://other/moved', code_redirect: 302 }],
    ['/answer', { code_redirect: 418, cluster_name: '' }],
    ['/plain', { cluster_name: 'p', path_rewrite: '/plain', host_rewrite: 'shop' }],
    [
      '/none',
      {
        cluster_name: '',
        virtual_host_name: '',
        path_rewrite: '',
        host_rewrite: '',
        path_redirect: '',
        code_redirect: 0,
      },
    ],
  ]
  for (const [path, validate] of cases) {
    assert.equal(failures(path, validate), '', path)
    for (const [field, actual] of Object.entries(validate))
      assert.equal(failures(path, { [field]: 'other' }), `${field}: other <> ${actual}`, path)
  }
  assert.equal(failures('/in/x', { cluster_name: 'outbound_.80_._.a' }), '', 'without pipes as well')
  assert.equal(failures('/in/x', { cluster_name: null }), '')
  assert.match(failures('/in/x', { virtual_host_name: 'outbound_.80_._.a' }), /^virtual_host_name/)
  assert.equal(
    failures('/plain', { virtual_cluster_name: 'other' }, { method: 'POST' }),
    '',
    'what no virtual cluster has',
  )
})

test('a wrapper of text-proto stands for the value in it, an empty one for nothing', () => {
  assert.equal(failures('/plain', { cluster_name: { value: 'p' } }), '')
  assert.equal(failures('/plain', { cluster_name: {} }), 'cluster_name:  <> p')
  assert.equal(failures('/old', { cluster_name: {}, code_redirect: { value: 301 } }), '')
  assert.equal(failures('/plain', { code_redirect: {} }), '')
})

test('who asks decides: TLS, the random value, the fraction that is named', () => {
  const tls = (input: JsonObject) => failures('/a', { cluster_name: 's' }, { authority: 'secure', ...input })
  assert.equal(tls({ ssl: true }), '')
  assert.equal(tls({}), 'cluster_name: s <> ')
  assert.equal(failures('/a', { path_redirect: 'https://secure/a', code_redirect: 301 }, { authority: 'secure' }), '')
  for (const [random_value, cluster_name] of [
    [undefined, 'a'],
    [24, 'a'],
    [25, 'b'],
    [99, 'b'],
    [124, 'a'],
  ] as const)
    assert.equal(failures('/split', { cluster_name }, random_value === undefined ? {} : { random_value }), '')
  assert.equal(failures('/chance', { cluster_name: 'rare' }, { runtime: 'k' }), '')
  assert.equal(failures('/chance', { cluster_name: '' }), '')
  assert.equal(failures('/chance', { cluster_name: '' }, { runtime: 'other' }), '')
})

test('headers as they are sent and answered; which route was taken', () => {
  const exact = (name: string, text: string): JsonObject => ({ name, string_match: { exact: text } })
  const request = (path: string, ...request_header_matches: JsonObject[]) => failures(path, { request_header_matches })
  const response = (path: string, ...response_header_matches: JsonObject[]) =>
    failures(path, { response_header_matches })
  assert.equal(
    request(
      '/in/x',
      exact(':path', '/out/x'),
      exact(':authority', 'inner'),
      exact(':method', 'GET'),
      exact('x-table', '1'),
      exact('x-route', '127.0.0.1'),
    ),
    '',
  )
  assert.match(request('/in/x', exact('x-table', '2')), /^header: x-table .*2.* <> 1$/)
  assert.match(request('/plain', exact('x-route', '127.0.0.1')), / <> \(absent\)$/)
  assert.equal(request('/none', exact(':path', '/none'), exact(':authority', 'shop')), '')
  assert.equal(
    response('/answer', exact('content-type', 'text/plain'), exact('content-length', '3'), exact('x-answer', 'yes')),
    '',
  )
  assert.match(response('/plain', exact('content-type', 'text/plain')), / <> \(absent\)$/)
  const taken = (path: string) => {
    const { virtualHost, routeIndex } = routerCheck(table, { input: { authority: 'shop', path }, validate: {} })
    return `${virtualHost} ${routeIndex}`
  }
  assert.deepEqual([taken('/plain'), taken('/old'), taken('/none')], ['V 6', 'V 0', 'V undefined'])
})
