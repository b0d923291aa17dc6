import type { Duplex } from 'node:stream'
import { usualAdminPort } from '../../envoy/control-plane/istio.ts'
import { serviceFacts } from '../../mesh/api/service-facts.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { podLookups } from '../../mesh/pods/pod-lookups.ts'
import { type NamedTarget, parseTarget } from '../../mesh/pods/target.ts'
import { isPodType } from '../../mesh/pods/workloads.ts'
import type { ProxyOptions } from '../../mesh/proxy.ts'
import type { HttpResponse } from '../http-over.ts'
import { shownUrl } from '../shown-url.ts'
import type { ClusterAccess } from './access/access.ts'
import type { KubeFlags } from './access/flags.ts'
import type { Host } from './access/host.ts'
import { openApi } from './api/api.ts'
import { openConnection } from './api/connection.ts'
import { followPodLog, podLog } from './api/pod-log.ts'
import { serviceAccountToken, type TokenRequest } from './api/service-account-token.ts'
import { resolveAccess } from './auth/resolve-access.ts'
import { type EarlyForward, earlyForward } from './proxy/early-forward.ts'
import { type PodHttpRequest, podHttp } from './proxy/pod-http.ts'
import { podProxy } from './proxy/pod-proxy.ts'
import { type PodAddress, portForward } from './proxy/port-forward.ts'

/** Milliseconds for one request, undefined when the user says nothing; and the most bytes of its answer. */
export type AnswerLimits = Pick<ClusterAccess, 'requestTimeout' | 'maxSize'>

/** What the Kubernetes API gives, and what only parts of a cluster that runs are asked through. */
export interface KubeCluster extends Omit<Cluster, 'istiods' | 'sentTo'> {
  /** What one answer may take, as for the API server. */
  readonly limits: AnswerLimits
  /** One HTTP request to any port of a pod. Any status is an answer. */
  podHttp(
    pod: Pick<Pod, 'name' | 'namespace'>,
    request: PodHttpRequest & { readonly port: number },
  ): Promise<HttpResponse>
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
  const lookups = podLookups(api, access.namespace)
  function guess(target: NamedTarget, options: ProxyOptions, signal?: AbortSignal): EarlyForward | undefined {
    if (!isPodType(target.type) || options.via === 'exec') return undefined
    const namespace = target.namespace ?? access.namespace
    return earlyForward(connection, { name: target.name, namespace, port: options.adminPort ?? usualAdminPort }, signal)
  }
  return {
    label: shownUrl(access.server),
    namespace: access.namespace,
    limits: access,
    ...lookups,
    get: (path, signal) => api.get(path, signal),
    proxy: (pod, options) => podProxy(connection, pod, { ...options, note: host.note }),
    async open(target, options, signal) {
      const early = guess(parseTarget(target), options ?? {}, signal)
      try {
        return podProxy(connection, await lookups.pod(target, signal), { ...options, note: host.note, early })
      } catch (error) {
        early?.drop()
        throw error
      }
    },
    log: (pod, query, signal) => podLog(api, pod, query, signal),
    followLog: (pod, query, signal) => followPodLog(api, pod, query, signal),
    podHttp: (pod, request) => podHttp(connection, pod, request),
    forward: (address, signal) => portForward(connection, address, signal),
    token: (request, signal) => serviceAccountToken(api, request, signal),
    service: (name, signal) => serviceFacts(api, name, signal),
    close: () => connection.close(),
  }
}
