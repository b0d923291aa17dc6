import type { Rule } from '../rule.ts'
import { latentOutage } from './delivery/latent-outage.ts'
import { updateRejected } from './delivery/update-rejected.ts'
import { warmingTooLong } from './delivery/warming-too-long.ts'
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

/** THE list of rules that look at one proxy, in the order of documentation. */
export const rules: readonly Rule[] = [
  routeToMissingCluster,
  backendUnresolved,
  websocketBlockedByPlaceholder,
  filterToMissingCluster,
  tcpProxyToMissingCluster,
  mirrorToMissingCluster,
  rdsNotLoaded,
  routeConfigUnused,
  sdsNotLoaded,
  endpointsNotLoaded,
  ecdsNotLoaded,
  srdsKeyWithoutRoutes,
  aggregateMemberMissing,
  internalListenerMissing,
  perRouteConfigOrphan,
  updateRejected,
  latentOutage,
  warmingTooLong,
]
