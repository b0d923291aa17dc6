import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { renderText } from '../../../../src/analyses/trace/view/trace-text.ts'
import { alternativeOf, type Hop, hopOf, told } from './told.ts'

/** The lines of a hop that are not about its listener, and not about the end. */
const toldHop = (hop: Partial<Hop>, options: Parameters<typeof renderText>[2] = {}): string[] =>
  told([alternativeOf([hopOf(hop)])], options)
    .slice(1, -1)
    .map((line) => line.trim().replace(/ {2,}/g, ' | '))

const objectOf = (kind: string, name: string) => ({ kind, name, namespace: undefined })

test('the parts of a hop in their order, each with its reason and object', () => {
  const hop = hopOf({
    acceptedBy: 'other',
    filterChain: 'C',
    certificate: { name: 'K', names: ['DNS:a', 'DNS:b'], notAfter: '2030-01-01T00:00:00Z' },
    connection: { transport: 'tls', tlsTerminated: true, sni: 'a.b' },
    protocol: 'http',
    routeConfiguration: '',
    routeConfigurationSource: 'rds',
    virtualHost: 'H',
    routeMatch: 'R',
    cluster: 'U',
    clusterType: 'EDS',
    objects: {
      listener: [objectOf('Gateway', 'g')],
      routeConfiguration: [objectOf('T', 't')],
      cluster: [objectOf('Service', 's')],
    },
    reasons: {
      listener: { code: 'listener-requested', args: {} },
      filterChain: { code: 'chain-only', args: {} },
      certificate: { code: 'certificate-only', args: {} },
      route: { code: 'route-first-match', args: {} },
    },
  })
  const lines = told([alternativeOf([hop])]).slice(0, -1)
  assert.deepEqual(
    lines.map((line) => line.trim().split(/ {2,}/)[0]),
    ['listener', 'chain', 'cert', 'routes', 'host', 'route', 'cluster'],
  )
  const at = (part: string) =>
    lines
      .find((line) => line.startsWith(`  ${part} `))
      ?.trim()
      .replace(/ {2,}/g, ' | ') ?? ''
  assert.match(at('listener'), /^listener \| L \| .+ \[Gateway\/g\]$/)
  assert.equal(at('chain'), 'chain | C | the only chain; TLS ends here, SNI a.b')
  assert.match(at('cert'), /^cert \| K \| .+, DNS:a DNS:b, until 2030-01-01T00:00:00Z$/)
  assert.equal(at('routes'), 'routes | (unnamed) | rds [T/t]')
  assert.equal(at('host'), 'host | H')
  assert.equal(at('cluster'), 'cluster | U | [Service/s], EDS')
})

test('the client behind the PROXY protocol, and what becomes of TLS', () => {
  const connection = (more: object) => toldHop({ connection: { transport: 'raw_buffer', ...more } })
  assert.deepEqual(connection({ source: '1.1.1.1' }), [])
  assert.deepEqual(connection({ source: '1.1.1.1', peer: '2.2.2.2', proxyProtocol: 'required' }), [
    'client | 1.1.1.1 | by the PROXY protocol, required of 2.2.2.2',
  ])
  assert.deepEqual(connection({ proxyProtocol: 'optional' }), [
    'client | unknown | by the PROXY protocol, accepted from its peer, which is not known',
  ])
  const chain = (more: object) =>
    toldHop({ filterChain: 'C', connection: { transport: 'raw_buffer', ...more } }).join('\n')
  assert.equal(chain({}), 'chain | C')
  assert.equal(chain({ tlsTerminated: true }), 'chain | C | TLS ends here')
  assert.equal(chain({ transport: 'tls' }), 'chain | C | TLS passes through')
  assert.equal(chain({ transport: 'tls', tlsTerminated: true, sni: 's' }), 'chain | C | TLS ends here, SNI s')
})

test('filters: those that leave the request alone are not told; where they stand depends on the protocol', () => {
  const reason = { code: 'filter-unknown', args: { type: 't' } } as const
  const filters = [
    { name: 'quiet', type: 't', verdict: 'passes' },
    { name: 'speaks', type: 't', verdict: 'passes', reason },
    { name: 'answers', type: 't', verdict: 'answers' },
  ] as unknown as NonNullable<Hop['filters']>
  const names = (protocol: 'http' | 'tcp') =>
    toldHop({ protocol, filters, filterChain: 'C', virtualHost: 'H', routeMatch: 'R' }).map(
      (line) => line.split(' | ')[1],
    )
  assert.deepEqual(names('http'), ['C', 'H', 'R', 'speaks', 'answers'])
  assert.deepEqual(names('tcp'), ['C', 'speaks', 'answers', 'H', 'R'])
  assert.match(toldHop({ protocol: 'http', filters })[1] ?? '', /^filter \| answers \| answers$/)
  assert.match(toldHop({ protocol: 'http', filters })[0] ?? '', /^filter \| speaks \| passes: ./)
})

test('what was rejected is told with --explain alone', () => {
  const reason = { code: 'chain-only', args: {} } as never
  const hop: Partial<Hop> = {
    filterChain: 'C',
    virtualHost: 'H',
    routeMatch: 'R',
    considered: {
      filterChains: [{ name: 'c', reason }],
      routes: [{ route: 'r', reason }] as never,
      shadowed: ['s'],
      endpoints: [{ address: 'e', reason }],
    },
  }
  assert.deepEqual(toldHop(hop), ['chain | C', 'host | H', 'route | R'])
  assert.deepEqual(toldHop(hop, { explain: true }), [
    'chain | C',
    'not | c | the only chain',
    'host | H',
    'not | r | the only chain',
    'route | R',
    'not | s | shadowed: would match as well',
    'not | e | the only chain',
  ])
})

test('endpoints: facts of each, ten at most, the rest by their share', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ address: `e${at}`, probability: 1 / count }))
  assert.deepEqual(toldHop({ endpoints: many(1) }), ['endpoint | e0'])
  assert.deepEqual(toldHop({ endpoints: many(2) }), ['endpoint | e0 | 50 %', 'endpoint | e1 | 50 %'])
  assert.equal(toldHop({ endpoints: many(10) }).length, 10)
  assert.equal(toldHop({ endpoints: many(11) }).at(-1), 'and 1 more, 9.1 % together')
  assert.equal(toldHop({ endpoints: many(4) }, { endpoints: 2 }).at(-1), 'and 2 more, 50 % together')
  const endpoint = { address: 'e', probability: 1, locality: 'z', priority: 0, cluster: 'M' } as const
  assert.deepEqual(toldHop({ endpoints: [{ ...endpoint, health: 'degraded' }] }), [
    'endpoint | e | z, degraded, priority 0, of M',
  ])
  assert.deepEqual(toldHop({ endpoints: [{ ...endpoint, health: 'unhealthy' }] }), [
    'endpoint | e | z, unhealthy, priority 0, of M',
  ])
  assert.deepEqual(toldHop({ endpoints: [{ ...endpoint, health: 'unhealthy', unhealthyCauses: ['ejected'] }] }), [
    'endpoint | e | z, ejected by outlier detection, priority 0, of M',
  ])
  const only = { code: 'chain-only', args: {} } as never
  assert.deepEqual(toldHop({ reasons: { subset: only, endpoints: only } }), ['the only chain; the only chain'])
})

test('how it is sent: path and authority of a route, the protocol, TLS', () => {
  const upstream = { path: '/p', authority: 'a' }
  assert.deepEqual(toldHop({ upstream }), [], 'a TCP proxy sends no path of its own')
  assert.deepEqual(toldHop({ upstream, routeMatch: 'R' }), ['route | R', 'sent as a/p'])
  assert.deepEqual(toldHop({ upstream: { path: '/p' }, routeMatch: 'R' })[1], "sent as the endpoint's host name/p")
  assert.deepEqual(toldHop({ upstream: { authority: 'a' }, routeMatch: 'R' }), ['route | R'])
  assert.deepEqual(toldHop({ tls: { mode: 'tls' }, upstreamProtocol: 'HTTP/2' }), ['HTTP/2, TLS'])
  assert.deepEqual(toldHop({ tls: { mode: 'plaintext' } }), ['plaintext'])
})

test('columns stand under each other, up to a longest name', () => {
  const reason = { code: 'chain-only', args: {} } as const
  const line = (name: string) =>
    told([alternativeOf([hopOf({ filterChain: name, reasons: { filterChain: reason } })])])[1] ?? ''
  assert.equal(line('C'), '  chain     C  the only chain')
  const [sixty, more] = ['x'.repeat(60), 'x'.repeat(61)]
  assert.equal(line(sixty), `  chain     ${sixty}  the only chain`)
  assert.equal(line(more), `  chain     ${more}  the only chain`)
})
