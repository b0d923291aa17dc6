import type { Duplex } from 'node:stream'
import { serviceFacts } from '../../mesh/api/service-facts.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { usualAdminPort } from '../../mesh/pods/admin-port.ts'
import { findPods, listPods } from '../../mesh/pods/find-pods.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { byLogging } from '../../mesh/pods/pod-order.ts'
import { requireRunning } from '../../mesh/pods/running.ts'
import { type NamedTarget, parseTarget } from '../../mesh/pods/target.ts'
import { isPodType } from '../../mesh/pods/workloads.ts'
import type { ProxyOptions } from '../../mesh/proxy.ts'
import type { HttpResponse } from '../http-over.ts'
import type { ClusterAccess } from './access/access.ts'
import type { KubeFlags } from './access/flags.ts'
import type { Host } from './access/host.ts'
import { openApi } from './api/api.ts'
import { openConnection } from './api/connection.ts'
import { serviceAccountToken, type TokenRequest } from './api/service-account-token.ts'
import { resolveAccess } from './auth/resolve-access.ts'
import { type EarlyForward, earlyForward } from './proxy/early-forward.ts'
import { type PodHttpRequest, podHttp } from './proxy/pod-http.ts'
import { podProxy } from './proxy/pod-proxy.ts'
import { type PodAddress, portForward } from './proxy/port-forward.ts'

/** Milliseconds for one request, undefined when the user says nothing; and the most bytes of its answer. */
export type AnswerLimits = Pick<ClusterAccess, 'requestTimeout' | 'maxSize'>

/** What the Kubernetes API gives, and what only parts of a cluster that runs are asked through. */
export interface KubeCluster extends Omit<Cluster, 'istiods'> {
  /** What one answer may take, as for the API server. */
  readonly limits: AnswerLimits
  /** One HTTP request to any port of a pod. Any status is an answer. */
  podHttp(pod: Pick<Pod, 'name' | 'namespace'>, request: PodHttpRequest): Promise<HttpResponse>
  /** A TCP connection to a port of a pod, for what does not speak HTTP/1.1. */
  forward(address: PodAddress, signal?: AbortSignal): Promise<Duplex>
  /** A new token of a service account, good for an hour. Asks for `create` of `serviceaccounts/token`. */
  token(request: TokenRequest, signal?: AbortSignal): Promise<string>
}

/**
 * Opens a cluster from kubectl's flags, environment and files. No request is sent before the first question.
 * @throws AppError in kubectl's words when the configuration does not hold together
 */
export function connect(flags: KubeFlags, host: Host): KubeCluster {
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
  function guess(target: NamedTarget, options: ProxyOptions, signal?: AbortSignal): EarlyForward | undefined {
    if (!isPodType(target.type) || options.via === 'exec') return undefined
    const namespace = target.namespace ?? access.namespace
    return earlyForward(connection, { name: target.name, namespace, port: options.adminPort ?? usualAdminPort }, signal)
  }
  return {
    namespace: access.namespace,
    limits: access,
    pods,
    pod,
    async list(query, signal) {
      const found = await listPods(api, query, signal)
      return found.sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name))
    },
    get: (path, signal) => api.get(path, signal),
    proxy: (pod, options) => podProxy(connection, pod, { ...options, note: host.note }),
    async open(target, options, signal) {
      const early = guess(parseTarget(target), options ?? {}, signal)
      try {
        return podProxy(connection, await pod(target, signal), { ...options, note: host.note, early })
      } catch (error) {
        early?.drop()
        throw error
      }
    },
    podHttp: (pod, request) => podHttp(connection, pod, request),
    forward: (address, signal) => portForward(connection, address, signal),
    token: (request, signal) => serviceAccountToken(api, request, signal),
    service: (name, signal) => serviceFacts(api, name, signal),
    close: () => connection.close(),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
