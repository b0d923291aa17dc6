import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, objectsOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { ApiError } from '../../mesh/api/api-error.ts'
import { pathSegment } from '../../mesh/api/path-segment.ts'
import { forbidden } from '../../mesh/api/rbac.ts'
import type { ServiceFacts, ServiceName } from '../../mesh/api/service-facts.ts'
import { workloadOf } from '../../semantics/connection/workload.ts'
import type { HiddenService } from '../../semantics/reasons/hidden-service.ts'
import { exportHides, sidecarHides, type Workload } from '../../walk/request/hidden-service.ts'

/** Where Istio looks for Sidecars of all namespaces, unless it is configured with another one. */
const rootNamespace = 'istio-system'

/**
 * Why a proxy of Istio does not have a Service that exists; undefined for proxies of others. What may not be read is a note, and
 * leaves the reason unknown.
 */
export async function findHidden(
  { name, namespace }: ServiceName,
  { exportTo }: ServiceFacts,
  dump: ConfigDump,
  context: Context,
): Promise<HiddenService | undefined> {
  const { namespace: from, labels = {} } = workloadOf(dump)
  if (from === undefined) return undefined
  const service = { name, namespace, exportTo }
  const found = { service: `${name}.${namespace}`, from }
  if (exportHides(service, from)) return { ...found, hidden: { by: 'exportTo', exportTo: exportTo ?? [] } }
  const workload: Workload = { namespace: from, labels }
  const [own, ofRoot] = await Promise.all([sidecarsOf(from, context), sidecarsOf(rootNamespace, context)])
  return { ...found, hidden: sidecarHides(service, workload, own, ofRoot) ?? { by: 'unknown' } }
}

async function sidecarsOf(namespace: string, { cluster, io, note }: Context): Promise<readonly JsonObject[]> {
  const kube = await cluster()
  const path = `/apis/networking.istio.io/v1/namespaces/${pathSegment(namespace)}/sidecars`
  const permission = { resource: 'sidecars', group: 'networking.istio.io', verbs: ['list'], namespace }
  try {
    const { items } = await forbidden(kube.get(path, io.signal), permission)
    return objectsOf(items)
  } catch (error) {
    // A cluster without these objects has none that hides anything.
    if (error instanceof ApiError && error.status === 404) return []
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    note(`Whether a Sidecar hides it cannot be looked up: ${error.message}`)
    return []
  }
}
