import { test } from 'node:test'
import type { Alternative } from '../../src/walk/trace-result.ts'
import { startEcho } from './trace/client.ts'
import { compareHttp } from './trace/compare-http.ts'
import type { LogLine } from './trace/envoy.ts'
import { hostNames, nameableCluster, namingManager, namingRequest } from './trace/named-host-cases.ts'
import { randomFrom } from './trace/random.ts'

const seed = Number(process.env.TRACE_SEED ?? 20251101)
const port = 21_905

test('a real Envoy takes the endpoint that a trace says the request names', async (t) => {
  const echoes = await Promise.all(hostNames.map((host) => startEcho(host, port)))
  const random = randomFrom(seed)
  const clusters = Array.from({ length: 30 }, (_, place) => nameableCluster(random, `c${place}`, port))
  const names = clusters.map(({ name }) => String(name)) as [string, ...string[]]
  try {
    await compareHttp(t, {
      seed,
      requests: 2000,
      clusters,
      manager: (drawn) => namingManager(drawn, names),
      request: namingRequest,
      more: expected,
      undecided: ({ outcome }) => outcome.kind === 'undecidable',
    })
  } finally {
    for (const echo of echoes) echo.close()
  }
})

const refused =
  'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}'

/** One of the endpoints that the trace names; an address without a server refuses the connection. */
function expected({ hops: [hop], outcome }: Alternative, line: LogLine, asked: string): Partial<LogLine> {
  if (outcome.kind !== 'upstream') return {}
  const stated = hop?.endpoints?.map(({ address }) => address) ?? []
  const host = stated.find((one) => one === line.host) ?? stated.join(' or ')
  // By auto_host_rewrite, where the endpoints differ in their names.
  const chosen = hop?.endpoints?.find(({ address }) => address === line.host)
  const authority = hop?.upstream?.authority ?? chosen?.hostname ?? asked
  const serves = hostNames.some((name) => host === `${name}:${port}`)
  return serves ? { host, authority } : { host, code: 503, flags: 'UF', details: refused, path: null, authority: null }
}
