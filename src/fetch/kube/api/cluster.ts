import type { Duplex } from 'node:stream'
import type { JsonObject } from '../../../envoy/json.ts'
import type { HttpResponse } from '../../http-over.ts'
import type { Source } from '../../source.ts'
import type { KubeFlags } from '../auth/flags.ts'
import { resolveAccess } from '../auth/resolve-access.ts'
import { serviceAccountToken, type TokenRequest } from '../auth/service-account-token.ts'
import { usualAdminPort } from '../pods/admin-port.ts'
import { findPods, listPods, type PodQuery } from '../pods/find-pods.ts'
import type { Pod } from '../pods/pod.ts'
import { byLogging } from '../pods/pod-order.ts'
import { requireRunning } from '../pods/running.ts'
import { type NamedTarget, parseTarget } from '../pods/target.ts'
import { isPodType } from '../pods/workloads.ts'
import { type EarlyForward, earlyForward } from '../proxy/early-forward.ts'
import { type PodHttpRequest, podHttp } from '../proxy/pod-http.ts'
import { type PodSourceOptions, podSource } from '../proxy/pod-source.ts'
import { type PodAddress, portForward } from '../proxy/port-forward.ts'
import { openApi } from './api.ts'
import { openConnection } from './connection.ts'
import type { Host } from './host.ts'
import { type ServiceName, serviceIp } from './service-ip.ts'

export type SourceOptions = Omit<PodSourceOptions, 'note' | 'early'>

/** One Kubernetes cluster, as one user. */
export interface Cluster {
  /** From --namespace or the context. */
  readonly namespace: string
  /**
   * The running pod a target stands for: `pod`, `pod.namespace`, `type/name[.namespace]`; of several the one `kubectl logs`
   * would read.
   */
  pod(target: string, signal?: AbortSignal): Promise<Pod>
  /** All pods a target stands for, in that order, whatever their phase. */
  pods(target: string, signal?: AbortSignal): Promise<Pod[]>
  /** Pods by label selector or all; by name. An empty namespace means all namespaces. */
  list(query: PodQuery, signal?: AbortSignal): Promise<Pod[]>
  /** One object or list of the API: `/api/v1/namespaces/default/services`. */
  get(path: string, signal?: AbortSignal): Promise<JsonObject>
  /** The admin interface of the pod's Envoy. */
  source(pod: Pod, options?: SourceOptions): Source
  /** `pod` and `source` in one. A pod's name is enough to begin with the port-forward, so this is quicker. */
  open(target: string, options?: SourceOptions, signal?: AbortSignal): Promise<Source>
  /** One HTTP request to any port of a pod. Any status is an answer. */
  podHttp(pod: Pick<Pod, 'name' | 'namespace'>, request: PodHttpRequest): Promise<HttpResponse>
  /** A TCP connection to a port of a pod, for what does not speak HTTP/1.1. */
  forward(address: PodAddress, signal?: AbortSignal): Promise<Duplex>
  /** A new token of a service account, good for an hour. Asks for `create` of `serviceaccounts/token`. */
  token(request: TokenRequest, signal?: AbortSignal): Promise<string>
  /** The cluster IP of a Service; undefined when there is no such Service or it has none. */
  serviceIp(name: ServiceName, signal?: AbortSignal): Promise<string | undefined>
  /** Ends idle connections. What is under way is ended by its signal. */
  close(): void
}

/**
 * Opens a cluster from kubectl's flags, environment and files. No request is sent before the first question.
 * @throws AppError in kubectl's words when the configuration does not hold together
 */
export function connect(flags: KubeFlags, host: Host): Cluster {
  const access = resolveAccess(flags, host)
  const connection = openConnection(access, host)
  const api = openApi(connection)
  const pods = async (target: string, signal?: AbortSignal) =>
    (await findPods(api, parseTarget(target), access.namespace, signal)).sort(byLogging)
  async function pod(target: string, signal?: AbortSignal): Promise<Pod> {
    const [first] = await pods(target, signal)
    if (first === undefined) throw new Error(`no pods for ${target}`)
    return requireRunning(first)
  }
  function guess(target: NamedTarget, options: SourceOptions, signal?: AbortSignal): EarlyForward | undefined {
    if (!isPodType(target.type) || options.via === 'exec') return undefined
    const namespace = target.namespace ?? access.namespace
    return earlyForward(connection, { name: target.name, namespace, port: options.adminPort ?? usualAdminPort }, signal)
  }
  return {
    namespace: access.namespace,
    pods,
    pod,
    async list(query, signal) {
      const found = await listPods(api, query, signal)
      return found.sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name))
    },
    get: (path, signal) => api.get(path, signal),
    source: (pod, options) => podSource(connection, pod, { ...options, note: host.note }),
    async open(target, options, signal) {
      const early = guess(parseTarget(target), options ?? {}, signal)
      try {
        return podSource(connection, await pod(target, signal), { ...options, note: host.note, early })
      } catch (error) {
        early?.drop()
        throw error
      }
    },
    podHttp: (pod, request) => podHttp(connection, pod, request),
    forward: (address, signal) => portForward(connection, address, signal),
    token: (request, signal) => serviceAccountToken(api, request, signal),
    serviceIp: (name, signal) => serviceIp(api, name, signal),
    close: () => connection.close(),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
