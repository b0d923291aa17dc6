import type { AnyResourceKind } from '../../resources/resource-kind.ts'

/** Names that only the machine, the cluster or the proxy knows. Each rejects when it cannot say. */
export interface Lookups {
  contexts(): Promise<readonly string[]>
  /** Clusters of the kubeconfig. */
  kubeClusters(): Promise<readonly string[]>
  users(): Promise<readonly string[]>
  namespaces(): Promise<readonly string[]>
  /** Objects of a type (`pod`, `deploy`, …) in the chosen namespace. */
  objects(type: string): Promise<readonly string[]>
  /** Containers of the pod on the command line. */
  containers(): Promise<readonly string[]>
  /** Loggers of the proxy on the command line. */
  loggers(): Promise<readonly string[]>
  /** URLs that the proxy on the command line has routes for; of each place its spellings, the preferred one first. */
  urls(): Promise<readonly (readonly string[])[]>
  /**
   * Texts that one of the kind's filters accepts, in the proxy on the command line, narrowed by the filters given; of each row its
   * spellings, the preferred one first.
   */
  filterValues(resourceKind: AnyResourceKind, filter: string): Promise<readonly (readonly string[])[]>
}
