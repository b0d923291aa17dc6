import assert from 'node:assert/strict'
import { test } from 'node:test'
import { casesIn, readCase } from '../../../src/analyses/trace/cases/cases.ts'
import { checkCase } from '../../../src/analyses/trace/cases/check-case.ts'
import { routeCount } from '../../../src/analyses/trace/cases/coverage.ts'
import type { Json } from '../../../src/envoy/json.ts'
import { UsageError } from '../../../src/errors.ts'
import { resolveRequest } from '../../../src/walk/request/resolve-request.ts'
import { trace } from '../../../src/walk/trace.ts'
import { dumpOf, httpManager, listener, staticCluster } from './dump-of.ts'

const weighted = {
  weighted_clusters: {
    clusters: [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 3 },
    ],
  },
}
const routes = [
  { name: 'old', match: { prefix: '/old' }, redirect: { prefix_rewrite: '/new' } },
  { name: 'rest', match: { prefix: '/' }, route: weighted },
]
const table = { name: 'http.80', virtual_hosts: [{ name: 'v', domains: ['shop'], routes }] }
const dump = await dumpOf({
  listeners: [
    listener('L', '0.0.0.0', 8080, {
      filter_chains: [{ filters: [httpManager({ rds: { route_config_name: 'http.80' } })] }],
    }),
  ],
  routes: [table],
  clusters: [staticCluster('a', '1.1.1.1:1'), staticCluster('b', '2.2.2.2:2')],
})

function run(document: Parameters<typeof casesIn>[0]) {
  const { format, items } = casesIn(document)
  assert.equal(format, 'cases')
  return items.map(readCase).map(({ spec, expect }) => {
    const result = trace({ dump, request: resolveRequest(spec, dump).request })
    return { result, failures: checkCase(expect, result) }
  })
}

test('cases pass and fail by their expectations', () => {
  const [redirect, odds, wrong, pinned] = run({
    tests: [
      {
        name: 'redirect',
        request: 'http://shop/old/x',
        expect: { redirect: 'http://shop/new/x', response_code: 301, route: 'old' },
      },
      { request: { url: 'http://shop/' }, expect: { cluster: { a: 0.25, b: 0.75 }, virtual_host: 'v' } },
      { request: { url: 'http://shop/' }, expect: { cluster: 'a' } },
      {
        request: { url: 'http://shop/', random: 0 },
        expect: { cluster: 'a', endpoint: '1.1.1.1:1', outcome: 'upstream' },
      },
    ],
  })
  assert.deepEqual(redirect?.failures, [])
  assert.deepEqual(odds?.failures, [])
  assert.deepEqual(wrong?.failures, [{ field: 'cluster', expected: 'a', actual: 'a 25 %, b 75 %' }])
  assert.deepEqual(pinned?.failures, [])
})

test('a cluster with pipes is expected in either spelling', async () => {
  const [piped, plain] = await Promise.all(['outbound|80||a.b', 'outbound_.80_._.a.b'].map(tracedThrough))
  assert.ok(piped !== undefined && plain !== undefined)
  const odds = { 'outbound_.80_._.a.b': 1 }
  assert.deepEqual(checkCase({ cluster: 'outbound|80||a.b' }, piped), [])
  assert.deepEqual(checkCase({ cluster: 'outbound_.80_._.a.b' }, piped), [])
  assert.deepEqual(checkCase({ cluster: odds }, piped), [])
  assert.deepEqual(checkCase({ cluster: odds }, plain), [])
  assert.equal(checkCase({ cluster: 'outbound_.81_._.a.b' }, piped).length, 1)
  assert.equal(checkCase({ cluster: 'outbound|80||a.b' }, plain).length, 1, 'a name without pipes is spelled one way')
})

async function tracedThrough(cluster: string) {
  const virtualHosts = [{ name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster } }] }]
  const manager = httpManager({ route_config: { virtual_hosts: virtualHosts } })
  const alone = await dumpOf({
    listeners: [listener('L', '0.0.0.0', 8080, { filter_chains: [{ filters: [manager] }] })],
    clusters: [staticCluster(cluster, '1.1.1.1:1')],
  })
  return trace({ dump: alone, request: resolveRequest({ url: 'http://shop/' }, alone).request })
}

test('coverage counts the routes that were taken', () => {
  const [only] = run([{ request: 'http://shop/' }])
  const count = routeCount(() => dump.entries('routes'))
  if (only !== undefined) count.add(only.result)
  assert.deepEqual(count.coverage(), {
    covered: 1,
    total: 2,
    missing: ['http.80 / v / old (prefix /old)'],
  })
})

test("Envoy's format is told apart; what cannot be read is named", () => {
  assert.equal(casesIn({ tests: [{ test_name: 'x', input: { authority: 'a' }, validate: {} }] }).format, 'routerCheck')
  assert.throws(() => casesIn({}), UsageError)
  const bad: [Json, RegExp][] = [
    ['http://a', /a case is \{request, expect\}/],
    [{ expect: {} }, /no request/],
    [{ request: { uri: 'x' } }, /unknown field uri in request/],
    [{ request: { host: 'a', port: 'http' } }, /port in request is a number, not "http"/],
    [{ request: { host: 'a', tls: 'yes' } }, /tls in request is true or false/],
    [{ request: { host: 'a', headers: { x: { y: 1 } } } }, /headers are/],
    [{ request: { host: 'a', headers: 'x: y' } }, /headers are/],
    [{ request: 'http://a', expect: 'b' }, /expect is an object/],
    [{ request: 'http://a', expect: { clusters: 'x' } }, /unknown expectation clusters/],
    [{ request: 'http://a', expect: { constructor: 'x' } }, /unknown expectation constructor/],
    [{ request: 'http://a', expect: { response_code: 'ok' } }, /response_code cannot be expected to be "ok"/],
    [{ request: 'http://a', expect: { cluster: null } }, /cluster cannot be expected to be null/],
    [{ request: 'http://a', expect: { cluster: { a: 'most' } } }, /cluster cannot be expected to be/],
  ]
  for (const [item, message] of bad) assert.throws(() => readCase(item), message)
})

test('a Service port leads to the unprivileged port of a gateway', () => {
  const { request, notes } = resolveRequest({ url: 'http://shop/old' }, dump)
  assert.equal(request.destination.port, 8080)
  assert.match(notes.join(), /Service port/)
  assert.throws(() => resolveRequest({ url: 'ftp://x' }, dump), /cannot trace ftp/)
  assert.throws(() => resolveRequest({ url: 'tcp://x' }, dump), /needs a port/)
})

test('the server name of a URL is sent in lower case without its last dot, one that is given as it is', () => {
  const sni = (spec: Parameters<typeof resolveRequest>[0]) => resolveRequest(spec, dump).request.tls?.sni
  assert.equal(sni({ url: 'https://Shop.Example.com./' }), 'shop.example.com')
  assert.equal(sni({ url: 'https://shop/', sni: 'Shop' }), 'Shop')
  assert.equal(sni({ url: 'https://10.0.0.1/' }), undefined)
})

test('a listener that the request names is entered for that reason, be it internal or not', () => {
  const { request } = resolveRequest({ url: 'http://shop/old', listener: 'L' }, dump)
  const [alternative] = trace({ dump, request }).alternatives
  assert.equal(alternative?.hops[0]?.reasons.listener?.code, 'listener-requested')
})

test('a name where an address belongs, a listener that there is not, and what is empty are refused', () => {
  const bad: readonly (readonly [Parameters<typeof resolveRequest>[0], RegExp])[] = [
    [{ url: 'http://shop/', address: 'reviews' }, /"reviews" is not an address/],
    [{ url: 'http://shop/', address: '10.0.0.1:80' }, /"10\.0\.0\.1:80" is not an address/],
    [{ url: 'http://shop/', address: '' }, /"" is not an address/],
    [{ url: 'http://shop/', listener: 'M' }, /no listener in use is called "M"/],
    [{ url: 'http://shop/', method: '' }, /the method is empty/],
    [{ url: 'http://shop/', host: '' }, /the host is empty/],
  ]
  for (const [spec, message] of bad) assert.throws(() => resolveRequest(spec, dump), message)
  assert.equal(resolveRequest({ url: 'http://shop/', listener: 'L' }, dump).request.listener, 'L')
  assert.equal(resolveRequest({ url: 'http://shop/', address: '::1' }, dump).request.destination.address, '::1')
})
