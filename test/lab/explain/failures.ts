import { type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { listeners, type Pressure } from './failing-envoy.ts'

/** What a test may do to the Envoy besides sending requests. */
export interface Hands {
  post(path: string): Promise<void>
  /** Waits until Envoy has ejected a host of a cluster. */
  ejected(cluster: string): Promise<void>
  /** Waits until a request is under way in Envoy. */
  underWay(): Promise<void>
  /** What the overload manager measures, 0 or 1. */
  pressure(name: Pressure, value: 0 | 1): Promise<void>
}

/** A failure that is brought about on purpose. */
export interface Failure {
  readonly name: string
  provoke(hands: Hands): Promise<void>
  /** What the line has as status, flags and details. */
  readonly logged: RegExp
  /** The right verdict. */
  readonly cause: string
  readonly by: string
}

/** What is done with a connection once something has come about: more is sent, or it is closed. */
interface Later {
  readonly after: Promise<void>
  readonly bytes?: string
}

/** Sends these bytes and waits for an answer, or for the end of the connection. */
async function send(port: number, bytes: string, later?: Later): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  socket.on('data', () => socket.destroy())
  socket.on('end', () => socket.destroy())
  socket.write(bytes)
  // It only ends what would wait for ever.
  const timer = setTimeout(() => socket.destroy(), 20_000)
  if (later !== undefined) {
    await later.after
    if (later.bytes === undefined) socket.destroy()
    else socket.write(later.bytes)
  }
  await closed
  clearTimeout(timer)
}

function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'host: app.test', ...headers, '', ''].join('\r\n')
}

function http(name: string, logged: RegExp, cause: string, by: string, ...headers: string[]): Failure {
  return { name, logged, cause, by, provoke: () => send(listeners.main, get(`/${name}`, ...headers)) }
}

async function handshake(port: number, servername: string): Promise<void> {
  const socket: Socket = connectTls({ port, host: '127.0.0.1', servername, rejectUnauthorized: false })
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.write('x')
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), 10_000)
  await closed
  clearTimeout(timer)
}

/** A request over HTTP/2 that nobody answers, and what then becomes of its connection. */
async function openHttp2(
  path: string,
  { underWay }: Hands,
  then: (stream: ClientHttp2Stream, closed: Promise<void>) => Promise<void>,
): Promise<void> {
  const session = connectHttp2(`http://127.0.0.1:${listeners.main}`)
  session.on('error', () => undefined)
  const stream = session.request({ ':path': path, ':authority': 'app.test' })
  stream.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => stream.on('close', () => resolve()))
  await underWay()
  await then(stream, closed)
  await closed
  session.destroy()
}

const reset = 'upstream_reset_before_response_started'

/** THE list of failures: each is brought about, its line explained, the verdict compared. */
export const failures: readonly Failure[] = [
  http('empty', /^503 UH no_healthy_upstream$/, 'no healthy host', 'upstream'),
  {
    ...http('error', /^503 UH no_healthy_upstream$/, 'no healthy host', 'upstream'),
    name: 'ejected',
    async provoke({ ejected }) {
      await send(listeners.main, get('/error'))
      await ejected('ejecting')
      for (let tries = 0; tries < 5; tries++) await send(listeners.main, get('/error'))
    },
  },
  http('subset', /^503 UH no_healthy_upstream$/, 'no healthy host', 'upstream'),
  http('refused', /^503 UF .*Connection_refused/, 'connection refused', 'upstream'),
  http('retried', /^503 URX,UF .*Connection_refused/, 'connection refused', 'upstream'),
  http('unverified', /^503 UF .*CERTIFICATE_VERIFY_FAILED/, 'certificate not accepted', 'configuration'),
  http('alert', /^503 UF .*ALERT/, 'TLS alert handshake failure', 'configuration'),
  http('no-tls', /^503 UF .*WRONG_VERSION_NUMBER/, 'server speaks no TLS', 'configuration'),
  http('connect-timeout', /^503 UF .*timeout/, 'connection timed out', 'network'),
  http('limited', new RegExp(`^503 UO ${reset}{overflow}$`), 'circuit breaker open', 'configuration'),
  http('nothing', /^404 NR route_not_found$/, 'no route', 'configuration'),
  http('nocluster', /^503 NC cluster_not_found$/, 'no cluster', 'configuration', 'x-cluster: nowhere'),
  http('slow', /^504 UT response_timeout$/, 'timed out', 'upstream'),
  http('idle', /^504 SI stream_idle_timeout$/, 'idle too long', 'configuration'),
  http('longest', /^504 - max_duration_timeout$/, 'longest duration reached', 'configuration'),
  http('short', /^504 UMSDR upstream_max_stream_duration_reached$/, 'longest duration reached', 'configuration'),
  http('closes', new RegExp(`^503 UC ${reset}{connection_termination}$`), 'connection closed by upstream', 'upstream'),
  http('reset-by-server', new RegExp(`^503 UR ${reset}{remote_reset}$`), 'reset by upstream', 'upstream'),
  http('garbage', new RegExp(`^502 UPE ${reset}{protocol_error}$`), 'upstream broke the protocol', 'upstream'),
  http('half', /^200 U(?:C|PE) upstream_reset_after_response_started/, 'upstream broke the protocol', 'upstream'),
  http('fault', /^418 DI,FI fault_filter_abort$/, 'fault injected', 'configuration'),
  {
    ...http('ratelimited', /^429 RL local_rate_limited$/, 'rate limited', 'policy'),
    async provoke() {
      for (let tries = 0; tries < 2; tries++) await send(listeners.main, get('/ratelimited'))
    },
  },
  http('authz-denied', /^403 UAEX ext_authz_denied$/, 'denied by ext_authz', 'policy'),
  http('authz-down', /^403 UAEX ext_authz_error$/, 'ext_authz failed', 'upstream'),
  http('limit-service', /^500 RLSE /, 'rate limit service failed', 'upstream'),
  {
    name: 'no configuration of a filter',
    provoke: () => send(listeners.unconfigured, get('/good')),
    logged: /^500 NFCF /,
    cause: 'filter configuration missing',
    by: 'control-plane',
  },
  http('rbac', /^403 - rbac_access_denied_matched_policy\[nobody\]$/, 'denied by RBAC', 'policy'),
  http('jwt', /^401 - jwt_authn_access_denied{Jwt_is_missing}$/, 'no token', 'client'),
  http('direct', /^503 - direct_response$/, 'answered by a route', 'configuration'),
  http('dropping-all', /^503 UDO unconditional_drop_overload$/, 'dropped on purpose', 'control-plane'),
  {
    ...http('dropping', /^503 DO drop_overload$/, 'dropped on purpose', 'control-plane'),
    // One in a hundred passes.
    async provoke() {
      for (let tries = 0; tries < 5; tries++) await send(listeners.main, get('/dropping'))
    },
  },
  http(
    'good',
    /^400 IH request_headers_failed_strict_check{x-envoy-max-retries}$/,
    'invalid x-envoy header',
    'client',
    // Of a client outside the mesh Envoy takes such headers away.
    'x-forwarded-for: 10.0.0.1',
    'x-envoy-max-retries: many',
  ),
  http(
    'good',
    /^403 - upgrade_failed$/,
    'upgrade refused',
    'configuration',
    'connection: upgrade',
    'upgrade: websocket',
  ),
  {
    ...http('away', /^0 DC downstream_remote_disconnect$/, 'client went away', 'client'),
    provoke: ({ underWay }) => send(listeners.main, get('/away'), { after: underWay() }),
  },
  {
    name: 'reset-by-client',
    provoke: (hands) => openHttp2('/away', hands, async (stream) => stream.close(8)),
    logged: /^0 DR http2\.remote_reset$/,
    cause: 'stream reset',
    by: 'client',
  },
  {
    name: 'no HTTP',
    provoke: () => send(listeners.main, 'this is no HTTP\r\n\r\n'),
    logged: /^400 DPE http1\.codec_error$/,
    cause: 'no HTTP/1',
    by: 'client',
  },
  {
    name: 'HTTP/1.0',
    provoke: () => send(listeners.main, 'GET /good HTTP/1.0\r\nhost: app.test\r\n\r\n'),
    logged: /^426 \S+ low_version$/,
    cause: 'HTTP/1.0',
    by: 'client',
  },
  {
    name: 'large headers',
    provoke: () => send(listeners.main, get('/good', `x-large: ${'x'.repeat(70_000)}`)),
    logged: /^431 \S+ http1\.headers_too_large$/,
    cause: 'headers too large',
    by: 'client',
  },
  {
    name: 'no host',
    provoke: () => send(listeners.main, 'GET /good HTTP/1.1\r\n\r\n'),
    logged: /^400 \S+ missing_host_header$/,
    cause: 'no Host header',
    by: 'client',
  },
  {
    name: 'large body',
    provoke: () =>
      send(listeners.main, `POST /large HTTP/1.1\r\nhost: app.test\r\ncontent-length: 100\r\n\r\n${'x'.repeat(100)}`),
    logged: /^413 - request_payload_too_large$/,
    cause: 'request too large',
    by: 'configuration',
  },
  {
    name: 'slow headers',
    provoke: () => send(listeners.slowHeaders, 'GET /good HTTP/1.1\r\nhost: app'),
    logged: /^408 - request_header_timeout$/,
    cause: 'headers too slow',
    by: 'client',
  },
  {
    name: 'unknown name',
    provoke: () => send(listeners.unresolved, 'GET / HTTP/1.1\r\nhost: nowhere.invalid\r\n\r\n'),
    logged: /^503 DF dns_resolution_failure/,
    cause: 'DNS failed',
    by: 'network',
  },
  {
    name: 'TCP refused',
    provoke: () => send(listeners.tcpRefused, 'x'),
    logged: /^0 UF,URX -$/,
    cause: 'connection refused',
    by: 'upstream',
  },
  {
    name: 'TCP too long',
    provoke: () => send(listeners.tcpDuration, 'GET /duration HTTP/1.1\r\n\r\n'),
    logged: /^0 DT /,
    cause: 'connection too old',
    by: 'configuration',
  },
  {
    name: 'no chain',
    provoke: () => handshake(listeners.chain, 'b.test'),
    logged: /^0 NR filter_chain_not_found$/,
    cause: 'no filter chain',
    by: 'configuration',
  },
  {
    name: 'no client certificate',
    provoke: () => handshake(listeners.mutualTls, 'a.test'),
    logged: /^0 - -$/,
    cause: 'client certificate missing',
    by: 'client',
  },
  {
    name: 'TCP RBAC',
    provoke: () => send(listeners.tcpRbac, 'x'),
    logged: /^0 - -$/,
    cause: 'denied by RBAC',
    by: 'policy',
  },
  {
    name: 'health check',
    async provoke({ post }) {
      await post('healthcheck/fail')
      await send(listeners.main, get('/healthz'))
      await post('healthcheck/ok')
    },
    logged: /^503 LH health_check_failed$/,
    cause: 'health check failed',
    by: 'proxy',
  },
  {
    name: 'overload',
    async provoke({ pressure }) {
      await pressure('refusing', 1)
      await send(listeners.main, get('/good'))
      await pressure('refusing', 0)
    },
    logged: /^503 \S+ overload$/,
    cause: 'overload manager',
    by: 'proxy',
  },
  {
    name: 'overloaded connection',
    async provoke({ pressure, underWay }) {
      const after = underWay().then(() => pressure('closing', 1))
      await send(listeners.main, get('/away'), { bytes: get('/good'), after })
      await pressure('closing', 0)
    },
    logged: /^500 \S+ overload$/,
    cause: 'overload manager',
    by: 'proxy',
  },
  {
    name: 'overload of memory',
    provoke: (hands) =>
      openHttp2('/huge', hands, async (stream, closed) => {
        // Envoy looks at the memory of streams when the pressure changes only: the answer may not be there yet the first time.
        let isClosed = false
        const ended = closed.then(() => (isClosed = true))
        for (let tries = 0; tries < 20 && !isClosed; tries++) {
          await hands.pressure('resetting', 1)
          await Promise.race([ended, sleep(1000, undefined, { ref: false })])
          await hands.pressure('resetting', 0)
        }
        stream.destroy()
      }),
    logged: /^200 OM /,
    cause: 'overload manager',
    by: 'proxy',
  },
]
