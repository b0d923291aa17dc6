import type { Rule } from '../rule.ts'
import { allHostsUnhealthy } from './live/all-hosts-unhealthy.ts'
import { circuitBreakerNear } from './live/circuit-breaker-near.ts'
import { configUnusedShare } from './live/config-unused-share.ts'
import { connectFailures } from './live/connect-failures.ts'
import { drainInProgress } from './live/drain-in-progress.ts'
import { edsUnchangedChurn } from './live/eds-unchanged-churn.ts'
import { envoyLogLevelLeft } from './live/envoy-log-level-left.ts'
import { hostsEjectedNow } from './live/hosts-ejected-now.ts'
import { http2ToHttp1Server } from './live/http2-to-http1-server.ts'
import { panicRoutingNow } from './live/panic-routing-now.ts'
import { retryMax3Default } from './live/retry-max-3-default.ts'
import { retryStorm } from './live/retry-storm.ts'
import { statsExplosion } from './live/stats-explosion.ts'
import { upstreamIdleAboveServer } from './live/upstream-idle-above-server.ts'
import { xdsDisconnected } from './live/xds-disconnected.ts'

/** Rules that look at health, counters and levels of loggers of one proxy. */
export const liveRules: readonly Rule[] = [
  allHostsUnhealthy,
  circuitBreakerNear,
  connectFailures,
  hostsEjectedNow,
  http2ToHttp1Server,
  panicRoutingNow,
  upstreamIdleAboveServer,
  retryStorm,
  retryMax3Default,
  xdsDisconnected,
  drainInProgress,
  envoyLogLevelLeft,
  statsExplosion,
  configUnusedShare,
  edsUnchangedChurn,
]
