import type { AdsQuery, SentConfig } from './ads.ts'
import type { ObjectReader } from './api/object-reader.ts'
import type { ServiceFacts, ServiceName } from './api/service-facts.ts'
import type { Istiod, IstiodQuery } from './istiod.ts'
import type { Pod } from './pods/pod.ts'
import type { PodLookups } from './pods/pod-lookups.ts'
import type { MeshProxy, ProxyOptions } from './proxy.ts'

/** One Kubernetes cluster, as one user sees it. */
export interface Cluster extends ObjectReader, PodLookups {
  /** How notes name it: the API server's address without credentials, or the file that stands for it. */
  readonly label: string
  /** From --namespace or the context. */
  readonly namespace: string
  /** The proxies of a capture, as `NAMESPACE/POD`; absent for a live cluster. */
  readonly captured?: ReadonlySet<string>
  /**
   * `list` for a selector that the user gives, of a capture in which the labels of some pods are not known.
   * @throws AppError when no pod whose labels are known matches
   */
  readonly labelled?: PodLookups['list']
  /** The admin interface of the pod's Envoy. */
  proxy(pod: Pod, options?: ProxyOptions): MeshProxy
  /** `pod` and `proxy` in one. A pod's name is enough to begin with the port-forward, so this is quicker. */
  open(target: string, options?: ProxyOptions, signal?: AbortSignal): Promise<MeshProxy>
  /**
   * Every running replica of Istio's control plane that the query names; none where there is no Istio.
   * @throws ApiError when its pods cannot be listed; AppError when the user named one that is not there
   */
  istiods(query: IstiodQuery, signal?: AbortSignal): Promise<readonly Istiod[]>
  /**
   * What the control plane of a proxy would send to it, whichever product it is: it is asked over ADS.
   * @throws AppError when it cannot be found, reached or asked; ApiError with the missing rule
   */
  sentTo(query: AdsQuery, signal?: AbortSignal): Promise<SentConfig>
  /** Undefined when there is no such Service. */
  service(name: ServiceName, signal?: AbortSignal): Promise<ServiceFacts | undefined>
  /** The log of a container, from so many seconds ago until now. @throws ApiError with the missing rule when that is forbidden */
  log(pod: Pod, query: LogQuery, signal?: AbortSignal): Promise<Uint8Array>
  /** The same log, and what is written from now on, as it comes. @throws as `log` */
  followLog(pod: Pod, query: LogQuery, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** Ends idle connections. What is under way is ended by its signal. */
  close(): void
}

export interface LogQuery {
  readonly container: string
  /** How far back; without it ten minutes of a live cluster, and all that a capture has. */
  readonly sinceSeconds?: number | undefined
}
