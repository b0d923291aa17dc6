import type { JsonObject } from '../../../envoy/json.ts'
import { ownerOf } from '../format/layout.ts'
import type { CaptureFile } from './capture-file.ts'

/**
 * Pods of which only pages are there: of a proxy that was captured from a file or a URL, or of an archive that another program made. They
 * stand for pods that ran, so that their proxies can be named; of what only the API server knows, nothing is said.
 */
export function podsOfPages(capture: CaptureFile): readonly JsonObject[] {
  const owners = new Map(
    capture.names.flatMap((entry) => {
      const owner = ownerOf(entry)
      return owner === undefined ? [] : [[`${owner.kind}/${owner.namespace}/${owner.name}`, owner] as const]
    }),
  )
  const listed = capture.names.some((entry) => /^api\/v1\/(?:namespaces\/[^/]+\/)?pods\.json$/.test(entry))
  const sources = new Map(
    capture.manifest?.proxies.map(({ name, namespace, source }) => [`${namespace}/${name}`, source]),
  )
  return [...owners.values()]
    .filter(({ namespace, name }) => !listed || sources.get(`${namespace}/${name}`) != null)
    .map(({ kind, namespace, name }) => ({
      metadata: { name, namespace, labels: kind === 'istiod' ? { app: 'istiod' } : {} },
      spec: {
        containers: [kind === 'istiod' ? { name: 'discovery' } : { name: 'istio-proxy', args: ['proxy', 'sidecar'] }],
      },
      status: { phase: 'Running' },
    }))
}
