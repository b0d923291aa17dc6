/** A line as it stands in a public report, rebuilt with other names and addresses, and what was found to be its cause there. */
export interface ReportedLine {
  /** Issue of GitHub. */
  readonly report: string
  readonly line: string
  readonly cause: string
  readonly by: string
  /** What the advice has to lead to. */
  readonly advice?: RegExp
}

const istio = (request: string, ended: string, rest: string): string =>
  `[2026-01-01T10:00:00.100Z] "${request}" ${ended} ${rest}`
const json = (fields: Readonly<Record<string, string | number | null>>): string =>
  JSON.stringify({ start_time: '2026-01-01T10:00:00.100Z', ...fields })

const reset = 'upstream_reset_before_response_started'

export const reportedLines: readonly ReportedLine[] = [
  {
    // Many of these: the server closes connections that it has not used for a while just as the next request is sent.
    report: 'istio/istio#45802, istio/istio#55138',
    line: istio(
      'GET /v1/status HTTP/1.1',
      `503 UC ${reset}{connection_termination} - "-"`,
      '0 95 0 - "10.0.0.20" "Apache-HttpClient/4.5.1 (Java/1.8.0_372)" "id-1" "health.shop.test" "10.1.0.2:8181" outbound|80||health.shop.svc.cluster.local 10.1.0.3:37132 10.1.0.3:80 10.1.0.4:59375 - -',
    ),
    cause: 'connection closed by upstream',
    by: 'upstream',
    advice: /idle timeout.*keep-alive/,
  },
  {
    report: 'istio/istio#51619',
    line: istio(
      'POST /v1/topup HTTP/1.1',
      `503 UC ${reset}{connection_termination} - "-"`,
      '138 95 120001 - "-" "-" "id-1" "internal-api:8080" "10.0.0.7:8080" inbound|8080|| 127.0.0.6:58719 10.0.0.7:8080 10.0.0.9:57080 outbound_.8080_._.internal-api.default.svc.cluster.local default',
    ),
    cause: 'connection closed by upstream',
    by: 'upstream',
  },
  {
    // An ingress gateway of an ambient mesh: the host is an internal listener.
    report: 'istio/ztunnel#1662',
    line: istio(
      'GET /echo/ HTTP/2',
      `503 UC ${reset}{connection_termination} - "-"`,
      '0 95 0 - "10.0.0.98" "Blackbox Exporter/0.25.0" "id-1" "echo.shop.test" "envoy://connect_originate/10.0.1.2:80" outbound|80||echo.shop.svc.cluster.local envoy://internal_client_address/ 10.0.1.3:8443 10.0.0.98:41151 echo.shop.test -',
    ),
    cause: 'connection closed by upstream',
    by: 'upstream',
  },
  {
    report: 'istio/istio#47037',
    line: istio(
      'GET /items HTTP/1.1',
      `503 UR ${reset}{remote_reset} - "-"`,
      '0 84 5 - "-" "axios/1.4.0" "id-1" "items:80" "10.0.0.7:8080" outbound|80||items.shop.svc.cluster.local 10.0.0.9:40000 10.96.0.1:80 10.0.0.9:57080 - default',
    ),
    cause: 'reset by upstream',
    by: 'upstream',
  },
  {
    // The Host header names what no VirtualService has.
    report: 'istio/istio#30347, istio/istio#53561',
    line: istio(
      'PUT /v2/user/1?host=shop.test HTTP/1.1',
      '404 NR route_not_found - "-"',
      '0 0 0 - "10.0.0.128" "proxy/1.0,Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)" "id-1" "accounts.shop.svc.cluster.local" "-" - - 10.0.0.70:80 10.0.0.128:0 - -',
    ),
    cause: 'no route',
    by: 'configuration',
  },
  {
    report: 'istio/istio#24042 (Istio before 1.9)',
    line: istio(
      'GET /favicon.ico HTTP/1.1',
      '404 NR "-" "-"',
      '0 0 0 - "10.0.0.84" "Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:76.0) Gecko/20100101 Firefox/76.0" "id-1" "shop.test" "-" - - 10.0.0.119:8080 10.0.0.84:39368 - -',
    ),
    cause: 'no route',
    by: 'configuration',
  },
  {
    // A client without the server name of any chain.
    report: 'envoyproxy/envoy#15698',
    line: istio(
      '- - -',
      '0 NR filter_chain_not_found - "-"',
      '0 0 0 - "-" "-" "-" "-" "-" - - 10.0.0.14:8443 10.0.0.60:57605 - -',
    ),
    cause: 'no filter chain',
    by: 'configuration',
  },
  {
    // connect_timeout of 1 s to a public address.
    report: 'envoyproxy/envoy#14981',
    line: '[2026-01-01T10:00:00.605Z] "GET /ip HTTP/1.1" 503 UF 0 91 1000 - "-" "curl/7.84.0" "id-1" "localhost" "192.0.2.184:443"',
    cause: 'connection failed',
    by: 'network',
  },
  {
    report: 'istio/istio#17139',
    line: json({
      upstream_cluster: 'outbound|7600||keycloak-headless.shop.svc.cluster.local',
      downstream_remote_address: '10.0.0.2:45225',
      authority: '-',
      path: '-',
      protocol: '-',
      duration: '10001',
      downstream_local_address: '10.0.0.1:7600',
      upstream_transport_failure_reason: '-',
      response_code: '0',
      response_flags: 'UF,URX',
      method: '-',
      upstream_host: '10.0.0.1:7600',
      istio_policy_status: '-',
    }),
    cause: 'connection failed',
    by: 'network',
  },
  {
    // TLS origination to a port of plain HTTP, as an Envoy of 2020 wrote the details: with spaces.
    report: 'istio/istio#22802, envoyproxy/envoy#15584, envoyproxy/envoy#17361',
    line: json({
      method: 'GET',
      path: '/',
      protocol: 'HTTP/1.1',
      response_code: 503,
      response_flags: 'UF,URX',
      response_code_details: `${reset}{connection failure,TLS error: 268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER}`,
      upstream_cluster: 'outbound|443||api.example.com',
      upstream_host: '192.0.2.7:80',
    }),
    cause: 'server speaks no TLS',
    by: 'configuration',
  },
  {
    // gRPC: the answer is a 200 with a grpc-status.
    report: 'envoyproxy/envoy#29052',
    line: json({
      method: 'POST',
      protocol: 'HTTP/2',
      response_code: 200,
      response_code_details: 'no_healthy_upstream',
      response_flags: 'UH',
      user_agent: 'grpc-java-netty/1.31.1',
    }),
    cause: 'no healthy host',
    by: 'upstream',
  },
  {
    report: 'envoyproxy/envoy#34472',
    line: json({ response_code: '502', response_code_details: `${reset}{protocol_error}`, response_flags: 'UPE' }),
    cause: 'upstream broke the protocol',
    by: 'upstream',
  },
  {
    // No rule of an ALLOW policy matches: `none` is no name of a policy.
    report: 'envoyproxy/envoy#36346, istio/istio#25618',
    line: istio(
      'GET /admin HTTP/1.1',
      '403 - rbac_access_denied_matched_policy[none] - "-"',
      '0 19 0 - "-" "curl/8.5.0" "id-1" "shop:8080" "-" inbound|8080|| - 10.0.0.7:8080 10.0.0.9:57080 outbound_.8080_._.shop.default.svc.cluster.local default',
    ),
    cause: 'denied by RBAC',
    by: 'policy',
  },
]
