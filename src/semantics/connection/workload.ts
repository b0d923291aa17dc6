import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { istioNodeId } from '../../envoy/dump/node-id.ts'
import { isObject, type JsonObject, objectOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { parseIp } from '../../envoy/model/ip.ts'

/** The workload's own address, from the node id (`sidecar~10.0.0.5~pod.ns~domain`) or metadata that Istio gives its proxies. */
export function podAddress(dump: ConfigDump): string | undefined {
  const node = nodeOf(dump)
  const inId = istioNodeId(stringOf(node.id) ?? '')?.address
  const instances = objectOf(node.metadata).INSTANCE_IPS
  const listed = stringsOf(instances).flatMap((text) => text.split(','))
  return [inId, ...listed].find((address) => address !== undefined && parseIp(address) !== undefined)
}

/** The namespace and the labels of the workload, from the node that Istio gives its proxies. */
export function workloadOf(dump: ConfigDump): {
  readonly namespace: string | undefined
  readonly labels: JsonObject | undefined
} {
  const { NAMESPACE, LABELS } = objectOf(nodeOf(dump).metadata)
  return { namespace: stringOf(NAMESPACE), labels: isObject(LABELS) ? LABELS : undefined }
}
