import { controlPlanes } from './index.ts'
import type { XdsAccess } from './xds-access.ts'

const untried: XdsAccess = {
  bearsSecondStream: false,
  nodeId: 'of the proxy',
  certificateVolume: undefined,
  tokenVolume: undefined,
  sendsAdminPort: false,
}

/** How the control plane of this name is asked; with care where nobody has tried. */
export function xdsAccessOf(name: string): XdsAccess {
  return controlPlanes.find((each) => each.name === name)?.xds ?? untried
}
