import { envoyRelease } from '../dump/version.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../json.ts'
import { addressOf, addressText } from './addresses.ts'

/** What a bootstrap says of the proxy, one fact a line; facts it does not hold are left out. */
export function bootstrapFacts(bootstrap: JsonObject): [fact: string, value: string][] {
  const node = objectOf(bootstrap.node)
  const metadata = objectOf(node.metadata)
  const facts: [string, string | undefined][] = [
    ['Istio Version', stringOf(metadata.ISTIO_VERSION)],
    ['Istio Proxy Version', afterColon(stringOf(metadata.ISTIO_PROXY_SHA))],
    ['Envoy Version', envoyVersion(node)],
    ['Node ID', stringOf(node.id)],
    ['Node Cluster', stringOf(node.cluster)],
    ['Locality', stringsOf(Object.values(objectOf(node.locality))).join('/')],
    ['xDS Source', xdsSource(bootstrap)],
    ['Admin Address', adminAddress(bootstrap)],
  ]
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '')
}

/** `1.40.0/Clean/RELEASE/BoringSSL` from `user_agent_build_version`; `0.0.0` when the node does not say. */
function envoyVersion(node: JsonObject): string {
  const build = objectOf(node.user_agent_build_version)
  const number = envoyRelease(node) ?? '0.0.0'
  const metadata = objectOf(build.metadata)
  const label = stringOf(metadata['build.label'])
  const rest = ['revision.status', 'build.type', 'ssl.version'].map((key) => stringOf(metadata[key])).filter(Boolean)
  return [label === undefined ? number : `${number}-${label}`, ...rest].join('/')
}

/** `ADS (GRPC) from cluster xds-grpc`, `files`, or nothing for a static Envoy. */
function xdsSource(bootstrap: JsonObject): string | undefined {
  const resources = objectOf(bootstrap.dynamic_resources)
  const ads = resources.ads_config
  if (isObject(ads)) return `ADS (${stringOf(ads.api_type) ?? 'GRPC'}) ${clustersOf(ads)}`.trimEnd()
  const config = objectOf(resources.cds_config ?? resources.lds_config)
  const path = stringOf(objectOf(config.path_config_source).path) ?? stringOf(config.path)
  if (path !== undefined) return `files: ${path}`
  const api = config.api_config_source
  return isObject(api) ? `${stringOf(api.api_type) ?? 'GRPC'} ${clustersOf(api)}`.trimEnd() : undefined
}

function clustersOf(source: JsonObject): string {
  const names = objectsOf(source.grpc_services).map((service) => {
    const google = objectOf(service.google_grpc)
    return stringOf(objectOf(service.envoy_grpc).cluster_name) ?? stringOf(google.target_uri) ?? ''
  })
  return names.filter(Boolean).length === 0 ? '' : `from ${names.join(', ')}`
}

function adminAddress(bootstrap: JsonObject): string | undefined {
  const address = objectOf(bootstrap.admin).address
  return address === undefined ? undefined : addressText(addressOf(address))
}

function afterColon(text: string | undefined): string | undefined {
  return text?.slice(text.indexOf(':') + 1)
}
