import { whatItIs } from '../envoy/input/identify-document.ts'
import { isObject, type Json, type JsonObject, listOf, objectsOf } from '../envoy/json.ts'
import { AppError } from '../errors.ts'

/** What a ztunnel has loaded: its `/config_dump`, which is not Envoy's. Entries are kept as received. */
export interface ZtunnelDump {
  /** The sections that it has, be they empty: older ztunnels lack some. */
  readonly present: readonly ZtunnelSection[]
  readonly workloads: readonly JsonObject[]
  readonly services: readonly JsonObject[]
  readonly policies: readonly JsonObject[]
  readonly certificates: readonly JsonObject[]
  /** One entry for each workload of the node that has a proxy, with its open connections. */
  readonly workloadState: readonly JsonObject[]
}

export type ZtunnelSection = Exclude<keyof ZtunnelDump, 'present'>

const sections: readonly ZtunnelSection[] = ['workloads', 'services', 'policies', 'certificates', 'workloadState']

/**
 * Reads a ztunnel's dump. Each section is a list or a map, by version; what istioctl prints of one section is taken as well.
 * @throws AppError when the document is something else
 */
export function readZtunnelDump(document: Json, label: string): ZtunnelDump {
  const found = Array.isArray(document) ? listed(document) : isObject(document) ? document : undefined
  if (found === undefined || !sections.some((name) => name in found) || isPageOfEnvoy(found)) {
    const envoy = isObject(document) && 'configs' in document
    throw new AppError(`${label} is not a ztunnel dump: this is ${whatItIs(document)}`, {
      hint: envoy
        ? 'kubectl proxy-config -h lists the commands for Envoy.'
        : 'curl localhost:15000/config_dump in the ztunnel pod gives one.',
    })
  }
  const section = (name: ZtunnelSection) => entries(found[name])
  return {
    present: sections.filter((name) => name in found),
    workloads: section('workloads'),
    services: section('services'),
    policies: section('policies'),
    certificates: section('certificates'),
    workloadState: section('workloadState'),
  }
}

/** Envoy's `/certs` has a list of the same name; a ztunnel's certificates have an identity. */
function isPageOfEnvoy({ certificates, ...others }: Partial<Record<string, Json>>): boolean {
  const [first] = objectsOf(certificates)
  return Object.keys(others).length === 0 && first !== undefined && !('identity' in first)
}

function entries(section: Json | undefined): readonly JsonObject[] {
  if (Array.isArray(section)) return objectsOf(section)
  return isObject(section) ? Object.values(section).filter(isObject) : []
}

/** A field that only the entries of one section have. */
const tellingFields: Readonly<Record<string, ZtunnelSection>> = {
  connections: 'workloadState',
  workloadIps: 'workloads',
  vips: 'services',
  scope: 'policies',
  identity: 'certificates',
}

/** A list of entries without a name, as istioctl prints one section. */
function listed(list: readonly Json[]): JsonObject | undefined {
  const [first] = objectsOf(list)
  const field = Object.keys(tellingFields).find((name) => first !== undefined && name in first)
  const section = field === undefined ? undefined : tellingFields[field]
  return section === undefined ? undefined : { [section]: [...listOf(list)] }
}
