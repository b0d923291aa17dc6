import type { StoredBytes } from '../envoy/input/stored-bytes.ts'
import type { AppError } from '../errors.ts'
import type { PackedPage } from './packed-page.ts'
import type { Pod } from './pods/pod.ts'

/** Who a proxy is. */
export interface ProxyId {
  /** Stands in a PROXY cell, and names the proxy as an argument: `POD.NAMESPACE`, a file, a URL. */
  readonly name: string
  /** The pod that it runs in; undefined for a file or a URL, of which that is not known. */
  readonly pod?: Pod
  /** The context of the kubeconfig whose cluster it is in, where several are read. */
  readonly context?: string
}

/** One proxy, which answers or has answered at the paths of its admin interface. Nothing past this says how. */
export interface MeshProxy {
  readonly id: ProxyId
  /** How notes and errors name it: `pod default/productpage-v1-abc`, a file name, a URL. */
  readonly label: string
  /** Whether it is asked as it runs: it then does with the query of a path what Envoy does. What was saved is there as a whole. */
  readonly live: boolean
  /**
   * One page of the admin interface.
   * @param path `config_dump?mask=bootstrap`, without a leading slash
   * @returns 'absent' where the proxy has no such page, or nobody saved it
   * @throws AppError in kubectl's words when it cannot be read
   */
  page(path: string, signal?: AbortSignal): Promise<StoredBytes | 'absent'>
  /**
   * The same page where it lies packed in an archive, for another thread to unpack; undefined for any that `page` has to be asked for.
   * @throws AppError when it cannot be read
   */
  packed?(path: string): PackedPage | undefined
  /** The error for a page that is absent and had to be there. */
  absence(path: string): Promise<AppError>
  /**
   * Sends a POST, which can change the proxy. Undefined where nothing runs that could be changed.
   * @returns the body of the answer
   * @throws AppError in kubectl's words
   */
  post?(path: string, signal?: AbortSignal): Promise<Uint8Array>
  /** Ends what is kept open between two pages, where something is: nothing more is asked for now. */
  release?(): void
}

/** `auto` is port-forward, and exec where that is forbidden. */
export type Via = 'auto' | 'port-forward' | 'exec'

/** How the admin interface of a pod's proxy is reached. */
export interface ProxyOptions {
  readonly adminPort?: number | undefined
  /** Another port of the pod, which is read instead of the admin interface. */
  portOf?(pod: Pod): number
  /** Which container runs Envoy, when the pod does not show its name. */
  readonly container?: string | undefined
  readonly via?: Via | undefined
  /** The page that the question is about. Of what was saved without it, another may hold the same. */
  readonly about?: string | undefined
}
