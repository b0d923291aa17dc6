import { tokenIn } from '../../analyses/request-options/token-of.ts'
import type { Context } from '../../contract/command.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { AppError } from '../../errors.ts'
import type { ServiceName } from '../../mesh/api/service-facts.ts'
import { annotationsOf } from '../../semantics/connection/redirect-rules.ts'
import { workloadOf } from '../../semantics/connection/workload.ts'
import type { HiddenService } from '../../semantics/reasons/hidden-service.ts'
import type { ValidToken } from '../../semantics/request.ts'
import type { RequestSpec } from '../../walk/request/request-spec.ts'
import { type ResolvedRequest, resolveRequest } from '../../walk/request/resolve-request.ts'
import { readText } from '../proxies/read-text.ts'
import { type ServiceTarget, serviceTargets } from './service-targets.ts'
import type { TracedProxy } from './traced-proxy.ts'

/** A resolved request with what the API server has of its host. */
export interface AnsweredSpec extends ResolvedRequest {
  /** A Service that the proxy does not know. */
  readonly hidden?: HiddenService | undefined
}

interface Found {
  readonly address: string
  readonly hidden: HiddenService | undefined
}

/**
 * Resolves requests through one proxy: from its dump, and for hosts that the dump does not know by the Service at the API server,
 * which is asked once for each. A saved dump never leads to a cluster.
 */
export function requestResolver(
  { dump, proxy }: TracedProxy,
  context: Context,
): (spec: RequestSpec) => Promise<AnsweredSpec> {
  const { pod } = proxy.id
  const isOfCluster = pod !== undefined
  const annotations = annotationsIn({ dump, proxy })
  const resolve = (spec: RequestSpec): ResolvedRequest => resolveRequest(spec, dump, annotations)
  const targets = new Map<number, Promise<readonly ServiceTarget[]>>()
  const asked = new Map<string, Promise<Found | undefined>>()
  const tokens = new Map<string, ValidToken>()
  const throughService = async (resolved: ResolvedRequest, spec: RequestSpec): Promise<ResolvedRequest> => {
    const { servicePort } = resolved
    if (pod === undefined || servicePort === undefined) return resolved
    const asking = targets.get(servicePort) ?? serviceTargets(pod, servicePort, context)
    targets.set(servicePort, asking)
    const found = await asking
    const [first, ...others] = found.map(({ port }) => resolve({ ...spec, targetPort: port }))
    if (first === undefined) return resolved
    const names = found.map(({ service, port }) => `${port} (Service ${service})`).join(' or ')
    const notes = [...first.notes, `port ${servicePort} leads to port ${names} of the proxy`]
    return { ...first, notes, others: others.map(({ request }) => request) }
  }
  return async (put) => {
    const spec = withToken(put, tokens)
    const resolved = await throughService(resolve(spec), spec)
    const { unknownHost } = resolved
    if (unknownHost === undefined || !isOfCluster) return resolved
    const answer = asked.get(unknownHost) ?? lookUp(unknownHost, dump, context)
    asked.set(unknownHost, answer)
    const found = await answer
    if (found === undefined) return resolved
    const { address, hidden } = found
    const again = resolve({ ...spec, address })
    const note = `the dump does not know the address of ${unknownHost}; ${address} is its Service's, from the API server`
    return { ...again, notes: [...again.notes, note], unknownHost: undefined, hidden }
  }
}

/** The annotations of the proxy's pod, as far as they are known. */
export function annotationsIn({ dump, proxy }: Pick<TracedProxy, 'dump' | 'proxy'>): Readonly<Record<string, string>> {
  return { ...annotationsOf(dump), ...proxy.id.pod?.annotations }
}

/** The specification with the token of its file, which is read once. */
function withToken(spec: RequestSpec, tokens: Map<string, ValidToken>): RequestSpec {
  const { tokenFile } = spec
  if (tokenFile === undefined) return spec
  const token = tokens.get(tokenFile) ?? tokenIn(readText(tokenFile), tokenFile)
  tokens.set(tokenFile, token)
  return { ...spec, token }
}

/** Where reading Services is not allowed the host stays unknown, and a note says so. */
async function lookUp(host: string, dump: ConfigDump, context: Context): Promise<Found | undefined> {
  const { cluster, io, note } = context
  const kube = await cluster()
  const service = serviceOf(host, workloadOf(dump).namespace ?? kube.namespace)
  if (service === undefined) return undefined
  try {
    const facts = await kube.service(service, io.signal)
    // Of `shop.example` it is not known whether a Service is meant.
    if (facts?.address === undefined && (!host.includes('.') || host.includes('.svc')))
      note(`There is no Service ${service.name} with an address in namespace ${service.namespace}.`)
    if (facts?.address === undefined) return undefined
    const { findHidden } = await import('./find-hidden.ts')
    return { address: facts.address, hidden: await findHidden(service, facts, dump, context) }
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    note(`The Service of ${host} cannot be looked up: ${error.message}`)
    return undefined
  }
}

/** `reviews`, `reviews.default`, `reviews.default.svc[.cluster.local]`, as the resolver of a pod in the namespace completes them. */
function serviceOf(host: string, namespace: string): ServiceName | undefined {
  const [name = '', of = namespace, kind] = host.split('.')
  return kind === undefined || kind === 'svc' ? { name, namespace: of } : undefined
}
