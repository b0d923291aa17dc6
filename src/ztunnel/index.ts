import { certificates } from './certificates.ts'
import { connections } from './connections.ts'
import type { ZtunnelKind } from './kind.ts'
import { policies } from './policies.ts'
import { services } from './services.ts'
import { workloads } from './workloads.ts'

/** THE list of what a ztunnel's dump shows, in the order of `ztunnel all`. */
export const ztunnelKinds: readonly ZtunnelKind[] = [workloads, services, policies, certificates, connections]
