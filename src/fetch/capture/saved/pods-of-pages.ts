import type { JsonObject } from '../../../envoy/json.ts'
import { keyOfPlace, ownerOf, type PlaceOfPod } from '../format/layout.ts'
import type { CaptureFile } from './capture-file.ts'

/**
 * Pods of which only pages are there: of a proxy that was captured from a file or a URL, or of what another program has collected. They
 * stand for pods that ran, so that their proxies can be named; of what only the API server knows, nothing is said.
 */
export function podsOfPages(capture: CaptureFile): readonly JsonObject[] {
  const sources: ReadonlySet<string> = new Set(capture.sources.map(keyOfPlace))
  const isListed =
    capture.has('api/v1/pods.json') ||
    capture.names.some((entry) => /^api\/v1\/(?:namespaces\/[^/]+\/)?pods\.json$/.test(entry))
  // Nearly always: all pods are in their list.
  if (isListed && sources.size === 0 && capture.isIstio === undefined) return []
  const owners = new Map(
    capture.names.flatMap((entry) => {
      const owner = ownerOf(entry)
      return owner === undefined ? [] : [[`${owner.kind}/${owner.namespace}/${owner.name}`, owner] as const]
    }),
  )
  return [...owners.values()]
    .filter((owner) => capture.isIstio !== undefined || !isListed || sources.has(keyOfPlace(owner)))
    .map((owner) => ({
      metadata: {
        name: owner.name,
        namespace: owner.namespace,
        labels: owner.kind === 'istiod' ? { app: 'istiod' } : {},
      },
      spec: { containers: [owner.kind === 'istiod' ? { name: 'discovery' } : containerOf(owner, capture, sources)] },
      status: { phase: 'Running' },
    }))
}

/** What tells who runs the proxy. */
function containerOf(owner: PlaceOfPod, { isIstio }: CaptureFile, sources: ReadonlySet<string>): JsonObject {
  const isKnown = isIstio === undefined ? !sources.has(keyOfPlace(owner)) : isIstio(owner)
  return isKnown ? { name: 'istio-proxy', args: ['proxy', 'sidecar'] } : { name: 'envoy' }
}
