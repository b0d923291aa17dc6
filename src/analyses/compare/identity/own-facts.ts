import { nodeOf } from '../../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { objectOf, stringOf, type stringsOf } from '../../../envoy/json.ts'

/** What belongs to a pod and to no other pod of its workload, as its proxy's bootstrap and the API tell it. */
export interface OwnFacts {
  readonly nodeId: string | undefined
  readonly podName: string | undefined
  readonly addresses: readonly string[]
  /** The Kubernetes node that it runs on. */
  readonly nodeName: string | undefined
  /** The hash that a ReplicaSet gives to the pods of one template. */
  readonly templateHash: string | undefined
  /** `region/zone/sub-zone`. */
  readonly locality: string | undefined
}

/** What the API says of a pod. */
interface PodFacts {
  readonly name: string
  readonly node: string | undefined
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Reads a proxy's own facts; what neither the bootstrap nor the pod says is undefined.
 * @param pod the pod that it runs in, where that is known
 */
export function ownFacts(dump: ConfigDump, pod: PodFacts | undefined): OwnFacts {
  const node = nodeOf(dump)
  const metadata = objectOf(node.metadata)
  const id = stringOf(node.id) || undefined
  const parts = id?.split('~') ?? []
  const isIstio = parts.length === 4
  const [, address, fullName] = isIstio ? parts : []
  const { region, zone, sub_zone } = objectOf(node.locality)
  const locality = [region, zone, sub_zone].map((part) => stringOf(part) ?? '').join('/')
  return {
    nodeId: id,
    podName: pod?.name ?? stringOf(metadata.NAME) ?? withoutNamespace(fullName) ?? (isIstio ? undefined : id),
    addresses: [...new Set([...addressesOf(metadata.INSTANCE_IPS), ...(address === undefined ? [] : [address])])],
    nodeName: pod?.node ?? stringOf(metadata.NODE_NAME),
    templateHash: pod?.labels['pod-template-hash'] ?? stringOf(objectOf(metadata.LABELS)['pod-template-hash']),
    locality: locality === '//' ? undefined : locality,
  }
}

/** Istio joins the addresses of a pod with commas. */
function addressesOf(value: Parameters<typeof stringsOf>[0]): string[] {
  return (stringOf(value) ?? '').split(',').filter(Boolean)
}

function withoutNamespace(name: string | undefined): string | undefined {
  return name === undefined ? undefined : name.slice(0, Math.max(0, name.lastIndexOf('.'))) || name
}
