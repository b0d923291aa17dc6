import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

interface Concern {
  readonly part: string
  readonly name: string
  readonly object: string
  readonly does: string
}

async function describe(fixture: string, ...argv: string[]): Promise<Concern[]> {
  const file = `test/fixtures/${fixture}/config_dump.json`
  const { out, code, err } = await runProgram(['describe', ...argv, '--file', file, '-o', 'json'])
  assert.equal(code, 0, err)
  return JSON.parse(out)
}

test('a service: listener, routes, clusters, with the objects behind them', async () => {
  const file = 'test/fixtures/sidecar/config_dump.json'
  const { out } = await runProgram(['describe', 'service', 'reviews', '--file', file])
  assert.equal(
    `\n${out}`,
    `
PART       NAME                                                 OBJECT                            DOES
Listener   0.0.0.0_9080                                         -                                 0.0.0.0:9080 Trans: raw_buffer; App: http/1.1,h2c -> Route: 9080
Route      9080 / reviews.default.svc.cluster.local:9080        virtualservice/reviews.default    reviews, reviews.default + 1 more... /* header end-user=jason -> outbound|9080|v2|reviews.default.svc.cluster.local
Route      9080 / reviews.default.svc.cluster.local:9080        virtualservice/reviews.default    reviews, reviews.default + 1 more... /reviews -> redirect 302 /reviews/0
Route      9080 / reviews.default.svc.cluster.local:9080        virtualservice/reviews.default    reviews, reviews.default + 1 more... PathPrefix:/health -> direct response 200
Route      9080 / reviews.default.svc.cluster.local:9080        virtualservice/reviews.default    reviews, reviews.default + 1 more... /* -> outbound|9080|v1|reviews.default.svc.cluster.local (80%), outbound|9080|v3|reviews.default.svc.cluster.local (20%)
Cluster    outbound|9080|v1|reviews.default.svc.cluster.local   destinationrule/reviews.default   EDS, 2/2 endpoints healthy, mutual tls, LEAST_REQUEST, outlier detection
Cluster    outbound|9080|v2|reviews.default.svc.cluster.local   destinationrule/reviews.default   EDS, 0/1 endpoints healthy, mutual tls, LEAST_REQUEST, outlier detection
Cluster    outbound|9080|v3|reviews.default.svc.cluster.local   destinationrule/reviews.default   EDS, 1/1 endpoints healthy, mutual tls, RANDOM, outlier detection
Cluster    outbound|9080||reviews.default.svc.cluster.local     destinationrule/reviews.default   EDS, 3/4 endpoints healthy, mutual tls, LEAST_REQUEST, outlier detection
`,
  )
})

test('a service that a gateway only reaches by weight, or mirrors to', async () => {
  const found = await describe('gateway', 'svc', 'cart.shop')
  const routes = found.filter(({ part }) => part === 'Route').map(({ does }) => does)
  assert.ok(routes.some((does) => does.includes('(9%)')))
  assert.ok(routes.some((does) => does.endsWith(', mirrored to outbound|8080|v2|cart.shop.svc.cluster.local')))
})

test('a pod: who it is, mutual TLS, inbound side, and its services', async () => {
  const found = await describe('sidecar', 'pod', 'productpage-v1-54bb874995-hx4q7')
  assert.deepEqual(
    found.map(({ part, name }) => `${part} ${name}`),
    [
      'Pod productpage-v1-54bb874995-hx4q7.default',
      'mTLS other ports',
      'mTLS port 9080',
      'Listener virtualInbound',
      'Listener virtualInbound',
      'Route inbound|9080|| / inbound|http|9080',
      'Cluster inbound|9080||',
      'Listener 0.0.0.0_9080',
      'Route 9080 / productpage.default.svc.cluster.local:9080',
      'Cluster outbound|9080||productpage.default.svc.cluster.local',
    ],
  )
  assert.equal(found[0]?.object, 'deployment/productpage-v1.default')
  assert.equal(found[2]?.does, 'PERMISSIVE: takes mutual TLS and plaintext')
})

test('the policies of a pod', async () => {
  const policies = (await describe('authz', 'pod')).filter(({ part }) => part === 'Policy')
  assert.deepEqual(
    policies.filter(({ object }) => object !== '').map(({ object }) => object),
    [
      'no-admin.default',
      'no-plain-text.default',
      'allow-get.default',
      'metrics.istio-system',
      'ask.default',
      'dry-run.default',
    ].map((name) => `authorizationpolicy/${name}`),
  )
  assert.match(policies[0]?.does ?? '', /^DENY path \/admin\* or /)
})

test('a waypoint: internal listeners', async () => {
  const found = await describe('internal', 'service', 'reviews')
  assert.deepEqual(
    found.filter(({ part }) => part === 'Listener').map(({ name, does }) => [name, does.split(' ')[0]]),
    [['main_internal', 'internal']],
  )
})

test('what is unknown, misnamed, or missing', async () => {
  const file = ['--file', 'test/fixtures/sidecar/config_dump.json']
  const unknown = await runProgram(['describe', 'service', 'nobody', ...file])
  assert.deepEqual(unknown, { code: 0, out: '', err: 'Nothing in the proxy concerns service nobody.\n' })
  const other = await runProgram(['describe', 'pod', 'other', ...file])
  assert.match(other.err, /is of productpage-v1-54bb874995-hx4q7\.default, not of other/)
  assert.match((await runProgram(['describe', 'route', 'x'])).err, /describe takes "pod NAME" or "service NAME"/)
  assert.match((await runProgram(['describe', 'service', ...file])).err, /describe service needs a NAME/)
})
