import { cilium } from './cilium.ts'
import { consul } from './consul.ts'
import { contour } from './contour.ts'
import type { ControlPlane } from './control-plane.ts'
import { envoyGateway } from './envoy-gateway.ts'
import { gloo } from './gloo.ts'
import { istio } from './istio.ts'
import { kgateway } from './kgateway.ts'
import { kuma } from './kuma.ts'
import { appMesh, emissary, osm } from './others.ts'

/**
 * The control planes that are known. Where two would recognise a pod or a dump, the first one has it: Istio comes last, for others as
 * well give versions that begin with a time.
 */
export const controlPlanes: readonly ControlPlane[] = [
  kuma,
  consul,
  envoyGateway,
  kgateway,
  gloo,
  contour,
  cilium,
  emissary,
  appMesh,
  osm,
  istio,
]
