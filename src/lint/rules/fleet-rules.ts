import type { FleetRule } from '../rule.ts'
import { gatewayServerDropped } from './fleet/gateway-server-dropped.ts'
import { missingEndpoint } from './fleet/missing-endpoint.ts'
import { proxyOlderThanControlPlane } from './fleet/proxy-older-than-control-plane.ts'
import { replicasDiffer } from './fleet/replicas-differ.ts'
import { sanExpectsWrongTrustDomain } from './fleet/san-expects-wrong-trust-domain.ts'
import { staleEndpoint } from './fleet/stale-endpoint.ts'
import { trustRootsDiffer } from './fleet/trust-roots-differ.ts'
import { virtualServiceIgnored } from './fleet/virtual-service-ignored.ts'
import { virtualServiceUnattached } from './fleet/virtual-service-unattached.ts'

/** THE list of rules that look at several proxies together. */
export const fleetRules: readonly FleetRule[] = [
  staleEndpoint,
  missingEndpoint,
  trustRootsDiffer,
  sanExpectsWrongTrustDomain,
  replicasDiffer,
  proxyOlderThanControlPlane,
  gatewayServerDropped,
  virtualServiceIgnored,
  virtualServiceUnattached,
]
