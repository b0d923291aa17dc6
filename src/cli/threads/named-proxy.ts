import type { MeshProxy, ProxyId } from '../../mesh/proxy.ts'

/** A proxy without its pages. */
export interface Named extends ProxyId, Pick<MeshProxy, 'label' | 'live'> {}

/** @param pod what is known of its pod, which is large: left out where only names are asked for */
export function named({ id, label, live }: MeshProxy): Named {
  const { name, context } = id
  return { name, label, live, ...(context === undefined ? {} : { context }) }
}
