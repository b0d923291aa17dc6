import type { StoredBytes } from '../envoy/input/stored-bytes.ts'
import type { Pod } from './pods/pod.ts'

/** Gives the bytes of one admin path of one proxy. Nothing past this interface knows where they come from. */
export interface Source {
  /** How notes and errors name this source: `pod default/productpage-v1-abc`, a file name, a URL. */
  readonly label: string
  /** What stands in a PROXY cell, and names the same proxy as an argument: `POD.NAMESPACE`. The label where that is one. */
  readonly proxy?: string
  /**
   * Reads one admin path such as `config_dump?mask=bootstrap` (no leading slash).
   * @param method POST for the paths that can change something (`logging`); a file has none of those
   * @throws AppError in kubectl's words when it cannot be read
   */
  read(path: string, signal?: AbortSignal, method?: 'GET' | 'POST'): Promise<Uint8Array>
  /**
   * The same answer where it can be had in part, so that a dump larger than memory can be shown. Undefined, or absent, where it
   * can only be read as a whole.
   * @throws AppError in kubectl's words when it cannot be read
   */
  open?(path: string): Promise<StoredBytes | undefined>
}

/** The name of a source's proxy in rows and documents. */
export function proxyName({ proxy, label }: Pick<Source, 'proxy' | 'label'>): string {
  return proxy ?? label
}

/** `auto` is port-forward, and exec where that is forbidden. */
export type Via = 'auto' | 'port-forward' | 'exec'

/** How the admin interface of a pod's proxy is reached. */
export interface SourceOptions {
  readonly adminPort?: number | undefined
  /** Another port of the pod, which is read instead of the admin interface. */
  portOf?(pod: Pod): number
  /** Which container runs Envoy, when its name cannot be told from the pod. */
  readonly container?: string | undefined
  readonly via?: Via | undefined
}
