import { test } from 'node:test'
import type { Alternative } from '../../src/walk/trace-result.ts'
import { serverCertificate, startEcho, startTlsEcho } from './trace/client.ts'
import { compareHttp } from './trace/compare-http.ts'
import type { LogLine } from './trace/envoy.ts'
import { randomFrom } from './trace/random.ts'
import { addresses, hostNames, namedCluster, rewritingManager, rewrittenRequest } from './trace/upstream-cases.ts'

const seed = Number(process.env.TRACE_SEED ?? 20251101)

test('rewrites and server names of a real Envoy are those that a trace states', async (t) => {
  const certificate = serverCertificate(hostNames, addresses)
  const roots = certificate.slice(certificate.indexOf('-----BEGIN CERTIFICATE'))
  const ports = { plainPort: 21_903, tlsPort: 21_904 }
  const echoes = await Promise.all([
    startEcho('127.0.0.1', ports.plainPort),
    startTlsEcho('127.0.0.1', ports.tlsPort, certificate),
  ])
  const random = randomFrom(seed)
  const clusters = Array.from({ length: 40 }, (_, place) => namedCluster(random, `c${place}`, { ...ports, roots }))
  const names = clusters.map(({ name }) => String(name)) as [string, ...string[]]
  try {
    await compareHttp(t, {
      seed,
      requests: 1500,
      clusters,
      manager: (drawn) => rewritingManager(drawn, names),
      request: rewrittenRequest,
      more: expected,
    })
  } finally {
    for (const echo of echoes) echo.close()
  }
})

const unverified =
  'upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED'

/** The server name that arrives, or how the handshake fails when the certificate has none of the names that it must have. */
function expected({ hops }: Alternative, { details, sni: heard }: LogLine): Partial<LogLine> {
  const { mode, sni = 'none', sans } = hops[0]?.tls ?? {}
  if (mode !== 'tls') return { sni: null }
  const verified = sans === undefined || sans.some((name) => certified.has(name.toLowerCase()))
  // Envoy takes a connection whose server name only differs in case.
  if (verified) return { sni: sni.toLowerCase() === heard?.toLowerCase() ? heard : sni }
  const failed = details?.startsWith(unverified) ? details : unverified
  return { code: 503, flags: 'UF', details: failed, path: null, authority: null, sni: null }
}

const certified: ReadonlySet<string> = new Set([...hostNames, ...addresses].map((name) => name.toLowerCase()))
