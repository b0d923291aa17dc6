import type { MeshProxy, ProxyId } from '../../mesh/proxy.ts'

/** A proxy without its pages, as it is sent to a thread. */
export interface ProxyReference extends ProxyId, Pick<MeshProxy, 'label' | 'live'> {}

/** The reference of a proxy, without its pod: that is large, and is sent with the task alone. */
export function proxyReference({ id, label, live }: MeshProxy): ProxyReference {
  const { name, context } = id
  return { name, label, live, ...(context === undefined ? {} : { context }) }
}
