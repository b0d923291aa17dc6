import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Alternative } from '../../src/walk/trace-result.ts'
import { startEcho } from './trace/client.ts'
import { compareHttp } from './trace/compare-http.ts'
import { guardedManager, guardedRequest } from './trace/credential-cases.ts'
import { localCluster } from './trace/local-cluster.ts'
import { claimsOf } from './trace/token-cases.ts'

const seed = Number(process.env.TRACE_SEED ?? 20251101)

/** What Envoy can answer itself where the trace leaves a filter open. */
const answers = new Map([
  ['authorization-service-decides', 'ext_authz_error'],
  ['rate-limit-descriptors-decide', 'rate_limiter_error'],
  ['depends-on-earlier-requests', 'local_rate_limited'],
  ['credentials-decide', 'invalid_credential_for_basic_auth'],
  ['api-key-decides', 'unknown_api_key'],
])
/** Services that are not there: filters that ask them always refuse. */
const refusing: ReadonlySet<string> = new Set(['authorization-service-decides', 'rate-limit-descriptors-decide'])

/** Whether a filter that the trace leaves open has answered; a text where one that had to has not. */
function isOpen({ outcome, hops }: Alternative, details: string | null): boolean | string {
  const open = hops.flatMap(({ filters = [] }) =>
    filters.flatMap((filter) => (filter.verdict === 'undecided' ? [filter.reason.code] : [])),
  )
  if (open.some((code) => answers.get(code) === details)) return true
  const asked = open.find((code) => refusing.has(code))
  return asked !== undefined && outcome.kind !== 'denied' ? `${asked}, Envoy ${details}` : false
}

test('credentials, limits and filters that are off are those of a real Envoy', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'trace-guarded-'))
  const missing = join(folder, 'missing.json')
  writeFileSync(missing, '{"resources":[]}')
  const echoes = await Promise.all([startEcho('127.0.0.1', 21_901), startEcho('127.0.0.1', 21_902)])
  const dead = { ...localCluster('dead', 1), typed_extension_protocol_options: http2 }
  try {
    await compareHttp(t, {
      seed,
      requests: 1500,
      bootstrap: { node: { id: 'node-1', cluster: 'front' } },
      clusters: [localCluster('one', 21_901), localCluster('two', 21_902), dead],
      manager: (random) => guardedManager(random, missing),
      request: guardedRequest,
      told: (http) => {
        const claims = claimsOf(http)
        return claims === undefined ? {} : { token: { claims, complete: true } }
      },
      undecided: (only, { details }) => isOpen(only, details),
      // Envoy gives no details for what ECDS has not brought.
      more: ({ outcome }) => (outcome.details === 'filter_config_not_found' ? { details: '' } : {}),
    })
  } finally {
    for (const echo of echoes) echo.close()
    rmSync(folder, { recursive: true })
  }
})

const http2 = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: {} },
  },
}
