import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { istioNodeId, podOfProxy } from '../../envoy/dump/node-id.ts'
import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import type { DescriptionRow } from './description-row.ts'

/** The workload behind a proxy, as the proxy introduces itself to its control plane. */
export interface Workload {
  readonly name: string
  readonly namespace: string | undefined
  /** What Istio calls it: `sidecar`, `router` (a gateway), `waypoint`; empty for other meshes. */
  readonly role: string
  /** The name of the workload (a Deployment, say), in Istio. */
  readonly workload: string | undefined
  readonly row: DescriptionRow
}

/** Reads the node of the dump's bootstrap: `sidecar~IP~POD.NAMESPACE~DOMAIN`, with Istio's metadata. */
export function workloadOf(dump: ConfigDump): Workload {
  const node = nodeOf(dump)
  const metadata = objectOf(node.metadata)
  const id = istioNodeId(stringOf(node.id) ?? '')
  const role = id?.type ?? ''
  const pod = podOfProxy(id?.proxy ?? '')
  const name = stringOf(metadata.NAME) ?? (pod?.name || stringOf(node.id) || 'this proxy')
  const namespace = stringOf(metadata.NAMESPACE) ?? pod?.namespace
  const facts = [
    role,
    prefixed('workload', metadata.WORKLOAD_NAME),
    prefixed('service account', metadata.SERVICE_ACCOUNT),
    prefixed('Istio', metadata.ISTIO_VERSION),
    prefixed('node', metadata.NODE_NAME),
    prefixed('cluster', node.cluster === undefined ? undefined : metadata.CLUSTER_ID),
    labelsText(objectOf(metadata.LABELS)),
  ]
  return {
    name,
    namespace,
    role: metadata.NAME === undefined && pod === undefined ? '' : role,
    workload: stringOf(metadata.WORKLOAD_NAME),
    row: {
      part: 'Pod',
      name: namespace === undefined ? name : `${name}.${namespace}`,
      summary: facts.filter(Boolean).join(', '),
      object: ownerText(stringOf(metadata.OWNER)),
    },
  }
}

function prefixed(word: string, value: unknown): string {
  return typeof value === 'string' && value !== '' ? `${word} ${value}` : ''
}

/** The labels that people give: those of the platform say nothing new. */
function labelsText(labels: JsonObject): string {
  const own = Object.entries(labels).filter(
    ([key]) => !/(^|\.)(istio\.io|kubernetes\.io)\/|^pod-template-hash$/.test(key),
  )
  return own.length === 0 ? '' : `labels ${own.map(([key, value]) => `${key}=${stringOf(value) ?? ''}`).join(',')}`
}

/** `kubernetes://apis/apps/v1/namespaces/default/deployments/reviews-v1` */
function ownerText(owner: string | undefined): string {
  const [, namespace, kind, name] = /\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(owner ?? '') ?? []
  return name === undefined ? '' : `${kind?.replace(/s$/, '')}/${name}.${namespace}`
}
