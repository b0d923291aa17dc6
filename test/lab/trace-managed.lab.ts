import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type ClientSide, serverCertificate, startEcho } from './trace/client.ts'
import { compareHttp, type HttpCases, typed } from './trace/compare-http.ts'
import { localCluster } from './trace/local-cluster.ts'
import { clientNames, managedRequest, managingManager } from './trace/managed-cases.ts'
import type { Random } from './trace/random.ts'
import { repliedRequest, replyingManager } from './trace/reply-cases.ts'

const seed = Number(process.env.TRACE_SEED ?? 20251101)

test('clients behind proxies and the headers of a connection manager are those of a real Envoy', (t) =>
  compare(t, { client: (random) => ({ address: clientAddress(random) }) }))

test('the same with TLS and client certificates', (t) => {
  const own = clientCertificate()
  const server = serverCertificate(['h.test'], [])
  const pem = { inline_string: server }
  const socket = typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: {
      tls_certificates: [{ certificate_chain: pem, private_key: pem }],
      validation_context: { trusted_ca: { inline_string: own } },
    },
  })
  const withCertificate = { certificate: { ...clientNames, trusted: true } }
  return compare(t, {
    transportSocket: { name: 'tls', typed_config: socket },
    client: (random) => ({ address: clientAddress(random), tls: random.chance(0.6) ? { pem: own } : {} }),
    told: (_, client) => ({ tls: client.tls?.pem === undefined ? {} : withCertificate }),
  })
})

test('answers that the connection manager or a filter changes are those of a real Envoy', async (t) => {
  const empty = { name: 'empty', connect_timeout: '1s', load_assignment: { cluster_name: 'empty' } }
  await compare(t, {
    bootstrap: { layered_runtime: { layers: [{ name: 's', static_layer: { 'set.status': 404 } }] } },
    clusters: [localCluster('one', 21_901), empty],
    manager: replyingManager,
    request: repliedRequest,
    more: ({ outcome, hops }, line) => {
      const last = hops.at(-1)
      const mapped = outcome.response?.headers?.map((header) => header.replace('x-mapped: ', ''))
      return {
        route: last?.route || null,
        // Envoy logs no cluster where it has none, and of several values the first.
        cluster: last?.cluster === 'missing' ? null : (last?.cluster ?? null),
        mapped: mapped?.[0] ?? null,
        path: outcome.kind === 'upstream' ? (last?.upstream?.path ?? null) : null,
        authority: outcome.kind === 'upstream' ? (last?.upstream?.authority ?? null) : null,
        // A custom response that no route takes changes nothing but the log.
        ...(line.route === null ? { route: null, cluster: null } : {}),
      }
    },
    undecided: ({ outcome: { kind, conditions } }) => kind === 'undecidable' || conditions.length > 0,
  })
})

/** Of the proxy's own host, or another one. */
function clientAddress(random: Random): ClientSide['address'] {
  return random.pick(['127.0.0.1', '127.0.0.5', '127.0.0.5', '127.0.0.9'])
}

/** A certificate with names of every kind, its own root, and its key. */
function clientCertificate(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trace-client-'))
  const { uriSans, dnsSans } = clientNames
  const alternative = `subjectAltName=URI:${uriSans[0]},DNS:${dnsSans[0]}`
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/O=test/CN=client']
  const argv = [
    'req',
    '-x509',
    '-new',
    ...options,
    '-keyout',
    'key',
    '-out',
    'crt',
    '-addext',
    alternative,
    '-days',
    '30',
  ]
  try {
    execFileSync('openssl', argv, { cwd: folder, stdio: 'ignore' })
    return ['crt', 'key'].map((file) => readFileSync(join(folder, file), 'utf8')).join('')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function compare(t: TestContext, cases: Partial<HttpCases>): Promise<void> {
  const echoes = await Promise.all([startEcho('127.0.0.1', 21_901), startEcho('127.0.0.1', 21_902)])
  try {
    await compareHttp(t, {
      seed,
      requests: 1500,
      bootstrap: { node: { id: 'node-1', cluster: 'front' } },
      clusters: [localCluster('one', 21_901), localCluster('two', 21_902)],
      manager: managingManager,
      request: managedRequest,
      // The echo takes no upgrade.
      more: ({ outcome }, { details }) =>
        outcome.kind === 'upstream' && details === 'websocket_handshake_unsuccessful' ? { details } : {},
      // A dump does not hold the address of the machine that its Envoy runs on.
      undecided: ({ outcome }) => outcome.details === 'own_address_unknown',
      ...cases,
    })
  } finally {
    for (const echo of echoes) echo.close()
  }
}
