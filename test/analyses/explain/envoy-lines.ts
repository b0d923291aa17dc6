/** The format of the lines below. */
export const format =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" "%DOWNSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% "%REQ(USER-AGENT)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n'

/**
 * What an Envoy 1.40 wrote when each failure was brought about on purpose (the path or the line says how), with the cause and who
 * brought it about. 1.36 and 1.38 write the same details.
 */
export const envoyLines: readonly (readonly [cause: string, by: string, line: string])[] = [
  [
    'connection refused',
    'upstream',
    '[2026-11-29T11:45:39.893Z] "GET /good HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} - "delayed_connect_error:_Connection_refused" "-" 0 98 0 "curl/7.88.1" "app.test" "127.0.0.1:29001" good 127.0.0.1:28080 127.0.0.1:47734 - good',
  ],
  [
    'no healthy host',
    'upstream',
    '[2026-11-29T11:45:39.941Z] "GET /empty HTTP/1.1" 503 UH no_healthy_upstream - "-" "-" 0 19 0 "curl/7.88.1" "app.test" "-" empty 127.0.0.1:28080 127.0.0.1:47740 - empty',
  ],
  [
    'connection refused',
    'upstream',
    '[2026-11-29T11:45:40.066Z] "GET /refused HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} - "delayed_connect_error:_Connection_refused" "-" 0 98 0 "curl/7.88.1" "app.test" "127.0.0.1:29099" refused 127.0.0.1:28080 127.0.0.1:47746 - refused',
  ],
  [
    'connection refused',
    'upstream',
    '[2026-11-29T11:45:40.157Z] "GET /retried HTTP/1.1" 503 URX,UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused} - "delayed_connect_error:_Connection_refused" "-" 0 121 12 "curl/7.88.1" "app.test" "127.0.0.1:29099" refused 127.0.0.1:28080 127.0.0.1:47758 - retried',
  ],
  [
    'server speaks no TLS',
    'configuration',
    '[2026-11-29T11:45:40.207Z] "GET /tls-to-plain HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end} - "TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end" "-" 0 98 1 "curl/7.88.1" "app.test" "127.0.0.1:29001" tls-to-plain 127.0.0.1:28080 127.0.0.1:47762 - tls-to-plain',
  ],
  [
    'certificate not accepted',
    'configuration',
    '[2026-11-29T11:45:40.253Z] "GET /tls-unverified HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_self_signed_certificate:TLS_error_end} - "TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_self_signed_certificate:TLS_error_end" "-" 0 98 3 "curl/7.88.1" "app.test" "127.0.0.1:29002" tls-unverified 127.0.0.1:28080 127.0.0.1:47766 - tls-unverified',
  ],
  [
    'TLS alert handshake failure',
    'configuration',
    '[2026-11-29T11:45:40.297Z] "GET /tls-mtls HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268436496:SSL_routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE:TLS_error_end} - "TLS_error:|268436496:SSL_routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE:TLS_error_end" "-" 0 98 2 "curl/7.88.1" "app.test" "127.0.0.1:29003" tls-mtls 127.0.0.1:28080 127.0.0.1:47772 - tls-mtls',
  ],
  [
    'circuit breaker open',
    'configuration',
    '[2026-11-29T11:45:40.456Z] "GET /limited HTTP/1.1" 503 UO upstream_reset_before_response_started{overflow} - "-" "-" 0 81 0 "curl/7.88.1" "app.test" "-" limited 127.0.0.1:28080 127.0.0.1:47792 - limited',
  ],
  [
    'no cluster',
    'configuration',
    '[2026-11-29T11:45:40.485Z] "GET /nocluster HTTP/1.1" 503 NC cluster_not_found - "-" "-" 0 0 0 "curl/7.88.1" "app.test" "-" - 127.0.0.1:28080 127.0.0.1:47794 - nocluster',
  ],
  [
    'timed out',
    'upstream',
    '[2026-11-29T11:45:40.525Z] "GET /slow HTTP/1.1" 504 UT response_timeout - "-" "-" 0 24 302 "curl/7.88.1" "app.test" "127.0.0.1:29001" good 127.0.0.1:28080 127.0.0.1:47810 - slow',
  ],
  [
    'idle too long',
    'configuration',
    '[2026-11-29T11:45:40.840Z] "GET /idle HTTP/1.1" 504 SI stream_idle_timeout - "-" "-" 0 14 299 "curl/7.88.1" "app.test" "127.0.0.1:29001" good 127.0.0.1:28080 127.0.0.1:47822 - idle',
  ],
  [
    'connection closed by upstream',
    'upstream',
    '[2026-11-29T11:45:41.174Z] "GET /closes HTTP/1.1" 503 UC upstream_reset_before_response_started{connection_termination} - "-" "-" 0 95 1 "curl/7.88.1" "app.test" "127.0.0.1:29004" closes 127.0.0.1:28080 127.0.0.1:47832 - closes',
  ],
  [
    'upstream broke the protocol',
    'upstream',
    '[2026-11-29T11:45:41.220Z] "GET /half HTTP/1.1" 200 UPE upstream_reset_after_response_started{protocol_error} - "-" "-" 0 4 1 "curl/7.88.1" "app.test" "127.0.0.1:29006" half 127.0.0.1:28080 127.0.0.1:47838 - half',
  ],
  [
    'upstream broke the protocol',
    'upstream',
    '[2026-11-29T11:45:42.234Z] "GET /garbage HTTP/1.1" 502 UPE upstream_reset_before_response_started{protocol_error} - "-" "-" 0 87 3 "curl/7.88.1" "app.test" "127.0.0.1:29005" garbage 127.0.0.1:28080 127.0.0.1:47840 - garbage',
  ],
  [
    'upstream broke the protocol',
    'upstream',
    '[2026-11-29T11:45:42.253Z] "GET /h2-to-h1 HTTP/1.1" 502 UPE upstream_reset_before_response_started{protocol_error} - "-" "-" 0 87 1 "curl/7.88.1" "app.test" "127.0.0.1:29001" h2-to-h1 127.0.0.1:28080 127.0.0.1:47856 - h2-to-h1',
  ],
  [
    'longest duration reached',
    'configuration',
    '[2026-11-29T11:45:42.263Z] "GET /short HTTP/1.1" 504 UMSDR upstream_max_stream_duration_reached - "-" "-" 0 36 197 "curl/7.88.1" "app.test" "127.0.0.1:29001" short 127.0.0.1:28080 127.0.0.1:47872 - short',
  ],
  [
    'longest duration reached',
    'configuration',
    '[2026-11-29T11:45:42.501Z] "GET /maxdur HTTP/1.1" 504 - max_duration_timeout - "-" "-" 0 27 201 "curl/7.88.1" "app.test" "127.0.0.1:29001" good 127.0.0.1:28080 127.0.0.1:47888 - maxdur',
  ],
  [
    'fault injected',
    'configuration',
    '[2026-11-29T11:45:42.720Z] "GET /fault HTTP/1.1" 418 DI,FI fault_filter_abort - "-" "-" 0 18 50 "curl/7.88.1" "app.test" "-" good 127.0.0.1:28080 127.0.0.1:47900 - fault',
  ],
  [
    'rate limited',
    'policy',
    '[2026-11-29T11:45:42.850Z] "GET /limit HTTP/1.1" 429 RL local_rate_limited - "-" "-" 0 18 0 "curl/7.88.1" "app.test" "-" good 127.0.0.1:28080 127.0.0.1:47916 - limit',
  ],
  [
    'ext_authz failed',
    'upstream',
    '[2026-11-29T11:45:42.893Z] "GET /authz HTTP/1.1" 403 UAEX ext_authz_error - "-" "-" 0 0 0 "curl/7.88.1" "app.test" "-" good 127.0.0.1:28080 127.0.0.1:47920 - authz',
  ],
  [
    'denied by RBAC',
    'policy',
    '[2026-11-29T11:45:42.930Z] "GET /rbac HTTP/1.1" 403 - rbac_access_denied_matched_policy[no-one] - "-" "-" 0 19 0 "curl/7.88.1" "app.test" "-" good 127.0.0.1:28080 127.0.0.1:47926 - rbac',
  ],
  [
    'no token',
    'client',
    '[2026-11-29T11:45:42.965Z] "GET /jwt HTTP/1.1" 401 - jwt_authn_access_denied{Jwt_is_missing} - "-" "-" 0 14 0 "curl/7.88.1" "app.test" "-" good 127.0.0.1:28080 127.0.0.1:47940 - jwt',
  ],
  [
    'answered by a route',
    'configuration',
    '[2026-11-29T11:45:42.989Z] "GET /direct HTTP/1.1" 503 - direct_response - "-" "-" 0 0 0 "curl/7.88.1" "app.test" "-" - 127.0.0.1:28080 127.0.0.1:47948 - direct',
  ],
  [
    'client went away',
    'client',
    '[2026-11-29T11:45:43.025Z] "GET /away HTTP/1.1" 0 DC downstream_remote_disconnect - "-" "-" 0 0 1003 "curl/7.88.1" "app.test" "127.0.0.1:29001" good 127.0.0.1:28080 127.0.0.1:47964 - away',
  ],
  [
    'no route',
    'configuration',
    '[2026-11-29T11:45:44.039Z] "GET /nothing HTTP/1.1" 404 NR route_not_found - "-" "-" 0 0 0 "curl/7.88.1" "app.test" "-" - 127.0.0.1:28080 127.0.0.1:47976 - -',
  ],
  [
    'no route',
    'configuration',
    '[2026-11-29T11:45:44.047Z] "GET /good HTTP/1.1" 404 NR route_not_found - "-" "-" 0 0 0 "curl/7.88.1" "elsewhere.test" "-" - 127.0.0.1:28080 127.0.0.1:47982 - -',
  ],
  [
    'DNS failed',
    'network',
    '[2026-11-29T11:45:44.057Z] "GET /x HTTP/1.1" 503 DF dns_resolution_failure{cares_norecords:Domain_name_not_found} - "-" "-" 0 22 0 "curl/7.88.1" "nothere.invalid" "-" dfp 127.0.0.1:28080 127.0.0.1:47996 - dfp',
  ],
  [
    'no HTTP/1',
    'client',
    '[2026-11-29T11:45:44.421Z] "- - HTTP/1.1" 400 DPE http1.codec_error - "-" "-" 0 11 0 "-" "-" "-" - 127.0.0.1:28080 127.0.0.1:48024 - -',
  ],
  [
    'HTTP/1.0',
    'client',
    '[2026-11-29T11:45:45.480Z] "- - HTTP/1.1" 426 DPE low_version - "-" "-" 0 16 0 "-" "-" "-" - 127.0.0.1:28080 127.0.0.1:48032 - -',
  ],
  [
    'headers too large',
    'client',
    '[2026-11-29T11:45:45.521Z] "- - HTTP/1.1" 431 DPE http1.headers_too_large - "-" "-" 0 31 0 "-" "-" "-" - 127.0.0.1:28080 127.0.0.1:48034 - -',
  ],
  [
    'upgrade refused',
    'configuration',
    '[2026-11-29T11:45:45.557Z] "GET /good HTTP/1.1" 403 - upgrade_failed - "-" "-" 0 0 0 "curl/7.88.1" "app.test" "-" good 127.0.0.1:28080 127.0.0.1:48046 - good',
  ],
  [
    'request too large',
    'configuration',
    '[2026-11-29T11:45:45.580Z] "POST /large HTTP/1.1" 413 - request_payload_too_large - "-" "-" 2000 17 0 "curl/7.88.1" "app.test" "-" good 127.0.0.1:28080 127.0.0.1:48062 - large',
  ],
  [
    'headers too slow',
    'client',
    '[2026-11-29T11:45:45.858Z] "- - HTTP/1.1" 408 - request_header_timeout - "-" "-" 0 22 499 "-" "-" "-" - 127.0.0.1:28080 127.0.0.1:48064 - -',
  ],
  [
    'no Host header',
    'client',
    '[2026-11-29T11:45:47.712Z] "GET /good HTTP/1.1" 400 - missing_host_header - "-" "-" 0 0 0 "-" "-" "-" - 127.0.0.1:28080 127.0.0.1:48080 - -',
  ],
  [
    'client certificate missing',
    'client',
    '[2026-11-29T11:45:48.768Z] "- - -" 0 - - - "-" "TLS_error:|268435648:SSL_routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE:peer_did_not_provide_required_client_certificate:TLS_error_end" 0 0 17 "-" "-" "-" - 127.0.0.1:28081 127.0.0.1:46266 - -',
  ],
  [
    'client speaks no TLS',
    'client',
    '[2026-11-29T11:45:48.825Z] "- - -" 0 - - - "-" "TLS_error:|268435612:SSL_routines:OPENSSL_internal:HTTP_REQUEST:TLS_error_end" 0 0 0 "-" "-" "-" - 127.0.0.1:28081 127.0.0.1:46278 - -',
  ],
  [
    'no filter chain',
    'configuration',
    '[2026-11-29T11:45:48.881Z] "- - -" 0 NR filter_chain_not_found - "-" "-" 0 0 3 "-" "-" "-" - 127.0.0.1:28082 127.0.0.1:56508 app.test -',
  ],
  [
    'connection refused',
    'upstream',
    '[2026-11-29T11:45:48.905Z] "- - -" 0 UF,URX - - "delayed_connect_error:_Connection_refused" "-" 0 0 0 "-" "-" "127.0.0.1:29099" refused 127.0.0.1:28083 127.0.0.1:48774 - -',
  ],
  [
    'denied by RBAC',
    'policy',
    '[2026-11-29T11:45:49.055Z] "- - -" 0 - - rbac_access_denied_matched_policy[nobody] "-" "-" 79 0 4 "-" "-" "127.0.0.1:29001" good 127.0.0.1:28084 127.0.0.1:50328 - -',
  ],
  [
    'timed out',
    'upstream',
    '[2026-11-29T11:45:49.771Z] "GET /slow HTTP/1.1" 504 UT response_timeout - "-" "-" 0 24 309 "curl/7.88.1" "app.test" "127.0.0.1:29001" good 127.0.0.1:28086 127.0.0.1:44164 - slow',
  ],
  [
    'health check failed',
    'proxy',
    '[2026-11-29T11:45:50.141Z] "GET /healthz HTTP/1.1" 503 LH health_check_failed - "-" "-" 0 0 0 "curl/7.88.1" "app.test" "-" - 127.0.0.1:28080 127.0.0.1:43832 - -',
  ],
]
