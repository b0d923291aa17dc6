import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../src/envoy/json.ts'
import { trace } from '../../src/walk/trace.ts'
import { certificateMaker, serverNames } from './trace/certificate-cases.ts'
import { startEnvoy } from './trace/envoy.ts'
import { randomFrom } from './trace/random.ts'

const typed = (type: string, fields: JsonObject = {}): JsonObject => ({
  '@type': `type.googleapis.com/${type}`,
  ...fields,
})
const seed = Number(process.env.TRACE_SEED ?? 20251101)

test('the certificate that a real Envoy presents is the one that a trace names', async (t) => {
  const random = randomFrom(seed)
  const maker = certificateMaker(random)
  const ports = Array.from({ length: 16 }, (_, index) => 22_100 + index)
  // One that reads before it does anything: a TCP proxy without endpoints would close before the handshake.
  const manager = typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'x',
    route_config: {},
    http_filters: [{ name: 'router', typed_config: typed('envoy.extensions.filters.http.router.v3.Router') }],
  })
  const listeners = ports.map((port) => ({
    name: `L${port}`,
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    filter_chains: [
      {
        filters: [{ name: 'hcm', typed_config: manager }],
        transport_socket: {
          name: 'tls',
          typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
            ...(random.chance(0.3) ? { full_scan_certs_on_sni_mismatch: true } : {}),
            common_tls_context: {
              tls_certificates: Array.from({ length: 1 + random.below(5) }, () => maker.tlsCertificate()),
            },
          }),
        },
      },
    ],
  }))
  maker.done()
  const envoy = await startEnvoy(process.env.TRACE_ENVOY ?? '1.40.0', () => ({
    static_resources: { listeners },
  }))
  try {
    const dump = await readDump(await envoy.dump(), 'envoy')
    const differences: string[] = []
    for (const port of ports) {
      for (const sni of serverNames) {
        const [only] = trace({
          dump,
          request: { destination: { address: '127.0.0.1', port }, protocol: 'tcp', tls: { sni, alpn: [] } },
        }).alternatives
        const mine = only?.hops[0]?.certificate?.notAfter ?? 'none'
        const theirs = await presented(port, sni)
        if (mine !== theirs)
          differences.push(`${port} ${sni}: ${mine} ${only?.hops[0]?.reasons.certificate?.code}, Envoy ${theirs}`)
      }
    }
    const count = ports.length * serverNames.length
    t.diagnostic(`${count - differences.length} of ${count} handshakes agree (seed ${seed})`)
    assert.deepEqual(differences, [])
  } finally {
    await envoy.stop()
  }
})

/** The end of the certificate that the server presents, RFC 3339. */
async function presented(port: number, servername: string | undefined): Promise<string> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...(servername === undefined ? {} : { servername }),
  })
  socket.on('error', () => socket.destroy())
  await once(socket, 'secureConnect')
  const until = new Date(socket.getPeerCertificate().valid_to)
  socket.destroy()
  return until.toISOString().replace('.000Z', 'Z')
}
