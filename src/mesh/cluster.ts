import type { ObjectReader } from './api/object-reader.ts'
import type { ServiceFacts, ServiceName } from './api/service-facts.ts'
import type { Istiod, IstiodQuery } from './istiod.ts'
import type { PodQuery } from './pods/find-pods.ts'
import type { Pod } from './pods/pod.ts'
import type { MeshProxy, ProxyOptions } from './proxy.ts'

/** One Kubernetes cluster, as one user sees it. */
export interface Cluster extends ObjectReader {
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
  /** The admin interface of the pod's Envoy. */
  proxy(pod: Pod, options?: ProxyOptions): MeshProxy
  /** `pod` and `proxy` in one. A pod's name is enough to begin with the port-forward, so this is quicker. */
  open(target: string, options?: ProxyOptions, signal?: AbortSignal): Promise<MeshProxy>
  /**
   * Every running replica of Istio's control plane that the query names; none where there is no Istio.
   * @throws ApiError when its pods cannot be listed; AppError when the user named one that is not there
   */
  istiods(query: IstiodQuery, signal?: AbortSignal): Promise<readonly Istiod[]>
  /** Undefined when there is no such Service. */
  service(name: ServiceName, signal?: AbortSignal): Promise<ServiceFacts | undefined>
  /** Ends idle connections. What is under way is ended by its signal. */
  close(): void
}
