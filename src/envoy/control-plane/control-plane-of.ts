import type { ConfigDump } from '../dump/config-dump.ts'
import { memoizeByObject } from '../memoize-by-object.ts'
import type { ControlPlane } from './control-plane.ts'
import { evidenceOf, evidenceOfNames } from './evidence.ts'
import { controlPlanes } from './index.ts'

/** The control plane that made what a proxy has loaded; undefined where nothing in the dump tells. */
export const controlPlaneOf = memoizeByObject((dump: ConfigDump): ControlPlane | undefined => {
  const evidence = evidenceOf(dump)
  return controlPlanes.find(({ isBehind }) => isBehind(evidence))
})

/** The control plane that gives a cluster such a name; undefined where several could. */
export function controlPlaneOfName(cluster: string): ControlPlane | undefined {
  const evidence = evidenceOfNames([cluster])
  return controlPlanes.find(({ isBehind }) => isBehind(evidence))
}
