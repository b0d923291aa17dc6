import { type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import type { HiddenBy } from '../../semantics/reasons/hidden-service.ts'

/** A Service that the API server has. */
interface Exported {
  readonly name: string
  readonly namespace: string
  /** Undefined without the annotation. */
  readonly exportTo: readonly string[] | undefined
}

/** The workload of a proxy. */
export interface Workload {
  readonly namespace: string
  readonly labels: JsonObject
}

/** Whether the annotation keeps a Service from a namespace: `*` is all, `.` its own, `~` none. */
export function exportHides({ namespace, exportTo }: Exported, from: string): boolean {
  if (exportTo === undefined || exportTo.length === 0) return false
  return !exportTo.some((to) => to === '*' || to === from || (to === '.' && namespace === from))
}

/**
 * Which Sidecar keeps a Service from a workload; undefined when none does. Of those that could apply the one with a selector that fits
 * goes first, then the namespace's own, then that of the root namespace. (Istio: Sidecar, PushContext.getSidecarScope)
 * @param own Sidecars of the workload's namespace
 * @param ofRoot those of the root namespace
 */
export function sidecarHides(
  { name, namespace }: Exported,
  workload: Workload,
  own: readonly JsonObject[],
  ofRoot: readonly JsonObject[],
): HiddenBy | undefined {
  const withSelector = own.find((sidecar) => {
    const labels = selectorOf(sidecar)
    return labels !== undefined && Object.entries(labels).every(([key, value]) => workload.labels[key] === value)
  })
  const isDefault = (sidecar: JsonObject): boolean => selectorOf(sidecar) === undefined
  const applies = withSelector ?? own.find(isDefault) ?? ofRoot.find(isDefault)
  const egress = objectsOf(objectOf(applies?.spec).egress)
  if (applies === undefined || egress.length === 0) return undefined
  const hosts = egress.flatMap((one) => stringsOf(one.hosts))
  const full = `${name}.${namespace}.svc.cluster.local`
  if (hosts.some((host) => hasHost(host, { full, namespace, from: workload.namespace }))) return undefined
  const metadata = objectOf(applies.metadata)
  return { by: 'Sidecar', name: stringOf(metadata.name) ?? '', namespace: stringOf(metadata.namespace) ?? '', hosts }
}

function selectorOf({ spec }: JsonObject): JsonObject | undefined {
  const { labels } = objectOf(objectOf(spec).workloadSelector)
  return labels === undefined ? undefined : objectOf(labels)
}

/** `NAMESPACE/HOST`, where either may be `*`, the namespace `.` or `~`, and the host begin with `*.` */
function hasHost(
  entry: string,
  { full, namespace, from }: { readonly full: string; readonly namespace: string; readonly from: string },
): boolean {
  const [of = '', host = ''] = entry.split('/')
  const isNamespace = of === '*' || of === namespace || (of === '.' && namespace === from)
  return isNamespace && (host === '*' || host === full || (host.startsWith('*.') && full.endsWith(host.slice(1))))
}
