import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { SectionDump } from '../../envoy/dump/section-dump.ts'
import { isObject, type Json, type JsonObject, objectsOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'

/**
 * istiod's dump of a proxy with the endpoints it would send, which only `/debug/edsz?proxyID=` has.
 * @param edsz the parsed reply: a list of ClusterLoadAssignments, bare or as `configs`
 * @throws AppError when the reply is anything else
 */
export function withEndpoints(dump: ConfigDump, edsz: Json): ConfigDump {
  // Protobuf-JSON leaves an empty list out: `{}` is a proxy without endpoints.
  const none = isObject(edsz) && Object.keys(edsz).length === 0
  const list = none ? [] : isObject(edsz) ? edsz.configs : edsz
  const assignments = objectsOf(list)
  if (!Array.isArray(list) || !assignments.every(isAssignment)) {
    throw new AppError('the control plane did not answer with the endpoints of the proxy')
  }
  const type = 'envoy.admin.v3.EndpointsConfigDump'
  const section = {
    '@type': `type.googleapis.com/${type}`,
    dynamic_endpoint_configs: assignments.map((endpoint_config) => ({ endpoint_config })),
  }
  const others = dump.sections.filter(({ kind }) => kind !== 'endpoints')
  return new SectionDump([...others, { type, value: () => section }], dump.notes, dump.cut)
}

function isAssignment({ clusterName, cluster_name }: JsonObject): boolean {
  return typeof (clusterName ?? cluster_name) === 'string'
}
