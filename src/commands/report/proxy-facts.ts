import { ownFacts } from '../../analyses/compare/identity/own-facts.ts'
import { controlPlaneOf } from '../../envoy/control-plane/control-plane-of.ts'
import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { envoyRelease } from '../../envoy/dump/version.ts'
import { type Json, objectOf, stringOf } from '../../envoy/json.ts'
import { kinds, sections } from '../../envoy/kinds.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'
import type { ProxyFacts } from '../../page/format.ts'

/** What is known beside the dump. */
interface Beside {
  /** Parsed `/server_info`. */
  readonly serverInfo: Json | undefined
  readonly readAt: Date | undefined
}

type Facts = Omit<ProxyFacts, 'recipe' | 'loaded'>

/** What the overview says of a proxy. */
export function proxyFacts({ id, label }: MeshProxy, dump: ConfigDump, { serverInfo, readAt }: Beside): Facts {
  const node = nodeOf(dump)
  const metadata = objectOf(node.metadata)
  const plane = controlPlaneOf(dump)?.name
  const found: Omit<{ [K in keyof Facts]: Facts[K] | undefined }, 'counts' | 'rejected'> = {
    id: id.name,
    label,
    namespace: id.pod?.namespace ?? stringOf(metadata.NAMESPACE),
    workload: stringOf(metadata.WORKLOAD_NAME),
    node: id.pod?.node ?? stringOf(metadata.NODE_NAME),
    addresses: id.pod?.address === undefined ? ownFacts(dump, undefined).addresses : [id.pod.address],
    context: id.context,
    envoyVersion: releaseOf(stringOf(objectOf(serverInfo).version)) ?? envoyRelease(node),
    controlPlane: plane,
    controlPlaneVersion: stringOf(metadata.ISTIO_VERSION),
    readAt: readAt?.toISOString(),
  }
  const known = Object.entries(found).filter(([, value]) => value !== undefined && value !== '')
  return { id: id.name, label, ...Object.fromEntries(known), ...countsOf(dump) }
}

function countsOf(dump: ConfigDump): Pick<ProxyFacts, 'counts' | 'rejected'> {
  const counts: Record<string, number> = {}
  let rejected = 0
  for (const kind of kinds) {
    if (!dump.has(kind) || sections[kind].lists.length === 0) continue
    let count = 0
    for (const { isDuplicate, error } of dump.entries(kind)) {
      if (isDuplicate) continue
      count += 1
      if (error !== undefined) rejected += 1
    }
    counts[kind] = count
  }
  return { counts, rejected }
}

/** `1.36.2` of `COMMIT/1.36.2/Clean/RELEASE/BoringSSL`. */
function releaseOf(version: string | undefined): string | undefined {
  return version?.split('/')[1]
}
