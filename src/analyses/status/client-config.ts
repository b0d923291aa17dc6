import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { kinds, sections } from '../../envoy/kinds.ts'
import { type Status, worst } from './proxy-status.ts'
import { type ReportedProxy, type ReportedType, timeOf } from './reported-proxy.ts'

/**
 * The proxy of one `envoy.service.status.v3.ClientConfig`: what istiod answers over xDS, and what a CSDS server answers.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/status/v3/csds.proto
 */
export function proxyOfClientConfig(config: JsonObject, istiod: string): ReportedProxy {
  const node = objectOf(config.node)
  const metadata = objectOf(node.metadata)
  const generic = objectsOf(either(config, 'generic_xds_configs', 'genericXdsConfigs')).map(genericType)
  const perSection = objectsOf(either(config, 'xds_config', 'xdsConfig')).flatMap(sectionTypes)
  return {
    id: stringOf(node.id) ?? '',
    namespace: stringOf(metadata.NAMESPACE) || undefined,
    cluster: stringOf(metadata.CLUSTER_ID) || undefined,
    proxyType: undefined,
    version: stringOf(metadata.ISTIO_VERSION) || undefined,
    istiod,
    types: [...generic, ...perSection].filter(({ status }) => status !== 'IGNORED'),
  }
}

function genericType(config: JsonObject): ReportedType {
  const status = wordFor(either(config, 'config_status', 'configStatus'), configStatuses)
  const ofClient = wordFor(either(config, 'client_status', 'clientStatus'), clientStatuses)
  return {
    type: stringOf(either(config, 'type_url', 'typeUrl')) ?? '',
    // A control plane that has sent all may still have been refused.
    status: status === 'IGNORED' || ofClient === 'ERROR' ? ofClient : status,
    sentTime: timeOf(either(config, 'last_updated', 'lastUpdated')),
    error: errorOf(config, stringOf(config.name)),
  }
}

/** Why a resource was rejected: `edge: malformed IP address`; undefined where it was not. */
function errorOf(resource: JsonObject, name: string | undefined): string | undefined {
  const details = stringOf(objectOf(either(resource, 'error_state', 'errorState')).details)?.trim()
  if (!details) return undefined
  return name === undefined || name === '' || name === '*' || details.includes(name) ? details : `${name}: ${details}`
}

/** The name of an entry of a config dump: its own, else that of the resource in it. */
function nameOf(entry: JsonObject): string | undefined {
  const { name, cluster } = entry
  const inside = [
    cluster,
    either(entry, 'route_config', 'routeConfig'),
    either(entry, 'endpoint_config', 'endpointConfig'),
  ]
    .filter(isObject)
    .map((resource) => stringOf(resource.name) ?? stringOf(either(resource, 'cluster_name', 'clusterName')))
  return stringOf(name) ?? inside.find((own) => own !== undefined)
}

/** PerXdsConfig: a status for one whole section of a config dump, or one for each resource in it. */
function sectionTypes(config: JsonObject): ReportedType[] {
  return kinds.flatMap((kind): ReportedType[] => {
    const { csdsField: field } = sections[kind]
    if (field === undefined) return []
    const section = either(
      config,
      field,
      field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    )
    if (!isObject(section)) return []
    const own = wordFor(config.status, configStatuses)
    const resources = Object.values(section).flatMap(objectsOf)
    const statuses = resources.map((resource) =>
      wordFor(either(resource, 'client_status', 'clientStatus'), clientStatuses),
    )
    const errors = resources.flatMap((resource) => errorOf(resource, nameOf(resource)) ?? [])
    const error = errors.length > 1 ? `${errors[0]} (and ${errors.length - 1} more)` : errors[0]
    return [
      {
        type: `type.googleapis.com/${sections[kind].type}`,
        status: worst([own, ...statuses]),
        sentTime: undefined,
        error,
      },
    ]
  })
}

function wordFor(value: Json | undefined, words: readonly (readonly [name: string, status: Status])[]): Status {
  const found = typeof value === 'number' ? words[value] : words.find(([name]) => name === value)
  return found?.[1] ?? 'IGNORED'
}

/** In the order of their numbers. */
const configStatuses: readonly (readonly [string, Status])[] = [
  ['UNKNOWN', 'IGNORED'],
  ['SYNCED', 'SYNCED'],
  ['NOT_SENT', 'NOT SENT'],
  ['STALE', 'STALE'],
  ['ERROR', 'ERROR'],
]

const clientStatuses: readonly (readonly [string, Status])[] = [
  ['UNKNOWN', 'IGNORED'],
  ['REQUESTED', 'NOT SENT'],
  ['DOES_NOT_EXIST', 'NOT SENT'],
  ['ACKED', 'SYNCED'],
  ['NACKED', 'ERROR'],
  ['RECEIVED_ERROR', 'ERROR'],
  ['TIMEOUT', 'NOT SENT'],
]

function either(object: JsonObject, snake: string, camel: string): Json | undefined {
  return object[snake] ?? object[camel]
}
