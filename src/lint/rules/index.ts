import type { Rule, RuleFacts } from '../rule.ts'
import { latentOutage } from './delivery/latent-outage.ts'
import { updateRejected } from './delivery/update-rejected.ts'
import { warmingTooLong } from './delivery/warming-too-long.ts'
import { adminAccessLogOff } from './exposure/admin-access-log-off.ts'
import { adminExposed } from './exposure/admin-exposed.ts'
import { bufferLimitDefault } from './exposure/buffer-limit-default.ts'
import { escapedSlashesKept } from './exposure/escaped-slashes-kept.ts'
import { genericStatPrefix } from './exposure/generic-stat-prefix.ts'
import { h2StreamsUnlimited } from './exposure/h2-streams-unlimited.ts'
import { h2WindowsDefault } from './exposure/h2-windows-default.ts'
import { internalAddressesTrusted } from './exposure/internal-addresses-trusted.ts'
import { noAccessLog } from './exposure/no-access-log.ts'
import { noConnectionLimit } from './exposure/no-connection-limit.ts'
import { noHeaderTimeout } from './exposure/no-header-timeout.ts'
import { noOverloadManager } from './exposure/no-overload-manager.ts'
import { pathNotNormalized } from './exposure/path-not-normalized.ts'
import { proxyProtocolOpen } from './exposure/proxy-protocol-open.ts'
import { serverHeaderLeak } from './exposure/server-header-leak.ts'
import { slashesNotMerged } from './exposure/slashes-not-merged.ts'
import { streamIdleOff } from './exposure/stream-idle-off.ts'
import { tracingEverything } from './exposure/tracing-everything.ts'
import { underscoresAllowed } from './exposure/underscores-allowed.ts'
import { useRemoteAddressOff } from './exposure/use-remote-address-off.ts'
import { authFailsOpen } from './filters/auth-fails-open.ts'
import { bodyLimitAndRetries } from './filters/body-limit-and-retries.ts'
import { corsAfterAuth } from './filters/cors-after-auth.ts'
import { deniesEverything } from './filters/denies-everything.ts'
import { jwksCachedAsText } from './filters/jwks-cached-as-text.ts'
import { luaInlineLarge } from './filters/lua-inline-large.ts'
import { rbacReadsClaimsBeforeJwt } from './filters/rbac-reads-claims-before-jwt.ts'
import { shadowRulesOnly } from './filters/shadow-rules-only.ts'
import { tapOrDebugFilterLeft } from './filters/tap-or-debug-filter-left.ts'
import { wasmRemoteWithoutSha } from './filters/wasm-remote-without-sha.ts'
import { fleetRules } from './fleet-rules.ts'
import { liveRules } from './live-rules.ts'
import { aggregateMemberMissing } from './references/aggregate-member-missing.ts'
import { backendUnresolved } from './references/backend-unresolved.ts'
import { ecdsNotLoaded } from './references/ecds-not-loaded.ts'
import { endpointsNotLoaded } from './references/endpoints-not-loaded.ts'
import { filterToMissingCluster } from './references/filter-to-missing-cluster.ts'
import { internalListenerMissing } from './references/internal-listener-missing.ts'
import { mirrorToMissingCluster } from './references/mirror-to-missing-cluster.ts'
import { perRouteConfigOrphan } from './references/per-route-config-orphan.ts'
import { rdsNotLoaded } from './references/rds-not-loaded.ts'
import { routeConfigUnused } from './references/route-config-unused.ts'
import { routeToMissingCluster } from './references/route-to-missing-cluster.ts'
import { sdsNotLoaded } from './references/sds-not-loaded.ts'
import { srdsKeyWithoutRoutes } from './references/srds-key-without-routes.ts'
import { tcpProxyToMissingCluster } from './references/tcp-proxy-to-missing-cluster.ts'
import { websocketBlockedByPlaceholder } from './references/websocket-blocked-by-placeholder.ts'
import { certificateNotForHost } from './routing/certificate-not-for-host.ts'
import { connectionReusedForOtherHost } from './routing/connection-reused-for-other-host.ts'
import { defaultChainUnreachable } from './routing/default-chain-unreachable.ts'
import { fallthroughToPassthrough } from './routing/fallthrough-to-passthrough.ts'
import { faultInjectionLeftOn } from './routing/fault-injection-left-on.ts'
import { hashLbWithoutKey } from './routing/hash-lb-without-key.ts'
import { hashPolicyIneffective } from './routing/hash-policy-ineffective.ts'
import { hostOnlyWithPort } from './routing/host-only-with-port.ts'
import { metadataMatchWithoutSubsets } from './routing/metadata-match-without-subsets.ts'
import { mirrorEverything } from './routing/mirror-everything.ts'
import { noChainForSni } from './routing/no-chain-for-sni.ts'
import { redirectToItself } from './routing/redirect-to-itself.ts'
import { regexWherePrefixWouldDo } from './routing/regex-where-prefix-would-do.ts'
import { routeReadsClaimsWithoutJwt } from './routing/route-reads-claims-without-jwt.ts'
import { shadowedRoute } from './routing/shadowed-route.ts'
import { subsetWithoutHosts } from './routing/subset-without-hosts.ts'
import { vhostCannotMatch } from './routing/vhost-cannot-match.ts'
import { weightZeroDestination } from './routing/weight-zero-destination.ts'
import { autoSanWithoutCa } from './tls/auto-san-without-ca.ts'
import { certificateExpired } from './tls/certificate-expired.ts'
import { certificateExpiring } from './tls/certificate-expiring.ts'
import { certificateNotYetValid } from './tls/certificate-not-yet-valid.ts'
import { certificateRotationLate } from './tls/certificate-rotation-late.ts'
import { certificateWeakKey } from './tls/certificate-weak-key.ts'
import { cipherWithoutForwardSecrecy } from './tls/cipher-without-forward-secrecy.ts'
import { clientCertificateNotChecked } from './tls/client-certificate-not-checked.ts'
import { clientCertificateOptional } from './tls/client-certificate-optional.ts'
import { h2NotOffered } from './tls/h2-not-offered.ts'
import { ocspOrCrlMissing } from './tls/ocsp-or-crl-missing.ts'
import { permissivePort } from './tls/permissive-port.ts'
import { sniNotSent } from './tls/sni-not-sent.ts'
import { tlsVersionBelow12 } from './tls/tls-version-below-1.2.ts'
import { untrustedAccepted } from './tls/untrusted-accepted.ts'
import { upstreamIdentityNotChecked } from './tls/upstream-identity-not-checked.ts'
import { upstreamNotVerified } from './tls/upstream-not-verified.ts'
import { circuitBreakerZero } from './upstreams/circuit-breaker-zero.ts'
import { clusterEmptyAndUsed } from './upstreams/cluster-empty-and-used.ts'
import { connectTimeoutLong } from './upstreams/connect-timeout-long.ts'
import { dnsRefreshHot } from './upstreams/dns-refresh-hot.ts'
import { duplicateClusters } from './upstreams/duplicate-clusters.ts'
import { grpcOverHttp1 } from './upstreams/grpc-over-http1.ts'
import { literalIpInDnsCluster } from './upstreams/literal-ip-in-dns-cluster.ts'
import { maxRequestsPerConnection1 } from './upstreams/max-requests-per-connection-1.ts'
import { noFailureDetection } from './upstreams/no-failure-detection.ts'
import { outlierCanEjectAll } from './upstreams/outlier-can-eject-all.ts'
import { outlierHasNoEffect } from './upstreams/outlier-has-no-effect.ts'
import { protocolSniffingPort } from './upstreams/protocol-sniffing-port.ts'
import { retryCannotHappen } from './upstreams/retry-cannot-happen.ts'
import { retryNonIdempotent } from './upstreams/retry-non-idempotent.ts'
import { retryTokenUnknown } from './upstreams/retry-token-unknown.ts'
import { routeTimeoutOff } from './upstreams/route-timeout-off.ts'
import { streamIdleBelowTimeout } from './upstreams/stream-idle-below-timeout.ts'
import { tcpIdleOff } from './upstreams/tcp-idle-off.ts'
import { zoneAwareWithoutZones } from './upstreams/zone-aware-without-zones.ts'
import { buildHasKnownCve } from './version/build-has-known-cve.ts'
import { releaseUnsupported } from './version/release-unsupported.ts'
import { removedInNext } from './version/removed-in-next.ts'
import { securityGuardReverted } from './version/security-guard-reverted.ts'

/** THE list of rules that look at one proxy, in the order of documentation. */
export const rules: readonly Rule[] = [
  routeToMissingCluster,
  backendUnresolved,
  websocketBlockedByPlaceholder,
  filterToMissingCluster,
  tcpProxyToMissingCluster,
  mirrorToMissingCluster,
  aggregateMemberMissing,
  ecdsNotLoaded,
  endpointsNotLoaded,
  internalListenerMissing,
  perRouteConfigOrphan,
  rdsNotLoaded,
  routeConfigUnused,
  sdsNotLoaded,
  srdsKeyWithoutRoutes,
  latentOutage,
  updateRejected,
  warmingTooLong,
  certificateNotForHost,
  connectionReusedForOtherHost,
  defaultChainUnreachable,
  fallthroughToPassthrough,
  faultInjectionLeftOn,
  hashLbWithoutKey,
  hashPolicyIneffective,
  hostOnlyWithPort,
  metadataMatchWithoutSubsets,
  mirrorEverything,
  noChainForSni,
  redirectToItself,
  regexWherePrefixWouldDo,
  routeReadsClaimsWithoutJwt,
  shadowedRoute,
  subsetWithoutHosts,
  vhostCannotMatch,
  weightZeroDestination,
  circuitBreakerZero,
  clusterEmptyAndUsed,
  connectTimeoutLong,
  dnsRefreshHot,
  duplicateClusters,
  grpcOverHttp1,
  literalIpInDnsCluster,
  maxRequestsPerConnection1,
  noFailureDetection,
  outlierCanEjectAll,
  outlierHasNoEffect,
  protocolSniffingPort,
  retryCannotHappen,
  retryNonIdempotent,
  retryTokenUnknown,
  routeTimeoutOff,
  streamIdleBelowTimeout,
  tcpIdleOff,
  zoneAwareWithoutZones,
  ...liveRules,
  autoSanWithoutCa,
  certificateExpired,
  certificateExpiring,
  certificateNotYetValid,
  certificateRotationLate,
  certificateWeakKey,
  cipherWithoutForwardSecrecy,
  clientCertificateNotChecked,
  clientCertificateOptional,
  h2NotOffered,
  ocspOrCrlMissing,
  permissivePort,
  sniNotSent,
  tlsVersionBelow12,
  untrustedAccepted,
  upstreamIdentityNotChecked,
  upstreamNotVerified,
  authFailsOpen,
  bodyLimitAndRetries,
  corsAfterAuth,
  deniesEverything,
  jwksCachedAsText,
  luaInlineLarge,
  rbacReadsClaimsBeforeJwt,
  shadowRulesOnly,
  tapOrDebugFilterLeft,
  wasmRemoteWithoutSha,
  adminExposed,
  adminAccessLogOff,
  bufferLimitDefault,
  escapedSlashesKept,
  genericStatPrefix,
  h2StreamsUnlimited,
  h2WindowsDefault,
  internalAddressesTrusted,
  noAccessLog,
  noConnectionLimit,
  noHeaderTimeout,
  noOverloadManager,
  pathNotNormalized,
  proxyProtocolOpen,
  serverHeaderLeak,
  slashesNotMerged,
  streamIdleOff,
  tracingEverything,
  underscoresAllowed,
  useRemoteAddressOff,
  buildHasKnownCve,
  releaseUnsupported,
  removedInNext,
  securityGuardReverted,
]

/** Every rule: what is listed, explained and documented. */
export const allRules: readonly RuleFacts[] = [...rules, ...fleetRules]
