import { bootstrapOf, nodeOf } from '../dump/bootstrap-node.ts'
import type { ConfigDump } from '../dump/config-dump.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'

/** What a dump has that tells the control plane. */
export interface Evidence {
  readonly nodeId: string
  readonly nodeCluster: string
  readonly nodeMetadata: JsonObject
  /** Names and addresses of the clusters in the bootstrap, one of which is the control plane's. */
  readonly bootstrap: readonly string[]
  /** Names of listeners and clusters. */
  readonly names: readonly string[]
  /** Keys of `filter_metadata` of listeners, clusters and the routes of the first tables. */
  readonly metadataKeys: ReadonlySet<string>
  /** Versions of what was sent. */
  readonly versions: readonly string[]
}

/** As many entries of a kind are looked at; a control plane does not make one in a hundred only. */
const maxEntries = 100

export function evidenceOf(dump: ConfigDump): Evidence {
  const node = nodeOf(dump)
  const made = (['listeners', 'clusters'] as const).flatMap((kind) =>
    dump.has(kind) ? dump.entries(kind).slice(0, maxEntries) : [],
  )
  const tables = dump.has('routes') ? dump.entries('routes').slice(0, maxEntries) : []
  const hosts = tables.flatMap(({ resource }) => objectsOf(resource.virtual_hosts).slice(0, maxEntries))
  const routes = hosts.flatMap(({ routes }) => objectsOf(routes).slice(0, 10))
  const withMetadata = [...made, ...tables].map(({ resource }) => resource)
  return {
    nodeId: stringOf(node.id) ?? '',
    nodeCluster: stringOf(node.cluster) ?? '',
    nodeMetadata: objectOf(node.metadata),
    bootstrap: objectsOf(objectOf(bootstrapOf(dump).static_resources).clusters).flatMap(bootstrapTexts),
    names: made.map(({ name }) => name),
    metadataKeys: new Set([...withMetadata, ...hosts, ...routes].flatMap(({ metadata }) => metadataKeysOf(metadata))),
    versions: [...made, ...tables].flatMap(({ version }) => version ?? []),
  }
}

/** The name of a cluster, the names and paths it connects to, and the name it expects in the certificate. */
function bootstrapTexts({ name, load_assignment, transport_socket }: JsonObject): string[] {
  const addresses = objectsOf(objectOf(load_assignment).endpoints)
    .flatMap(({ lb_endpoints }) => objectsOf(lb_endpoints))
    .map(({ endpoint }) => objectOf(objectOf(endpoint).address))
  const { sni } = objectOf(objectOf(transport_socket).typed_config)
  return [
    name,
    sni,
    ...addresses.flatMap(({ socket_address, pipe }) => [objectOf(socket_address).address, objectOf(pipe).path]),
  ].flatMap((text) => stringOf(text) ?? [])
}

function metadataKeysOf(metadata: Json | undefined): string[] {
  const { filter_metadata } = objectOf(metadata)
  return Object.entries(objectOf(filter_metadata)).flatMap(([key, value]) =>
    isObject(value) ? [key, ...Object.keys(value)] : [key],
  )
}

/** What names of listeners and clusters alone tell. */
export function evidenceOfNames(names: readonly string[]): Evidence {
  return {
    nodeId: '',
    nodeCluster: '',
    nodeMetadata: {},
    bootstrap: [],
    names,
    metadataKeys: new Set(),
    versions: [],
  }
}
