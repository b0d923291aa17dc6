import type { Cut } from '../envoy/dump/config-dump.ts'
import type { Json } from '../envoy/json.ts'
import type { Signature } from '../platform/stored-x509.ts'

/**
 * What stands in a page beside its script. Each element of data holds base64 of gzip of JSON:
 * - `resources-N`: a list of resources, each stored once however many proxies have it
 * - `recipes-N`: a list of recipes: how the dump of a proxy is made of resources
 * - `index`: what the overview shows, and where the rest is
 */
export interface PageIndex {
  readonly version: 1
  /** The program and its version. */
  readonly program: string
  /** When the page was written, RFC 3339. */
  readonly written: string
  /** Where the proxies come from, in words. */
  readonly source: string
  /** The fragment of the address that a page without one opens at: `#proxy/web.default/trace?url=...`. */
  readonly start?: string
  readonly proxies: readonly ProxyFacts[]
  /** Proxies that could not be read, and why. */
  readonly failures: readonly { readonly proxy: string; readonly reason: string }[]
  /** The number of the first resource of each `resources-N`. */
  readonly firstResources: readonly number[]
  /** Who signed which certificates, where the issuer is not among those of the proxy. */
  readonly signatures?: readonly Signature[]
  /** What was worked out of all proxies together. */
  readonly tables: { readonly [name in MeshTable]?: StoredTable }
  /** What a reader should know of the whole: a table that is missing, and why. */
  readonly notes: readonly string[]
}

/** Tables of the mesh that need more than a browser has. */
export type MeshTable = 'findings' | 'fleet' | 'certificates' | 'status'

/** What is known of a proxy without its dump. */
export interface ProxyFacts {
  /** Names the proxy in addresses: `POD.NAMESPACE`, a file. Unique in the page. */
  readonly id: string
  /** How notes and errors name it. */
  readonly label: string
  readonly workload?: string
  readonly namespace?: string
  readonly node?: string
  /** Its IP addresses: of its pod, else as its bootstrap has them. */
  readonly addresses?: readonly string[]
  /** The context of the kubeconfig that it was read by. */
  readonly context?: string
  readonly envoyVersion?: string
  readonly controlPlane?: string
  readonly controlPlaneVersion?: string
  /** When it was read, RFC 3339. */
  readonly readAt?: string
  /** Entries of each section, by kind. */
  readonly counts: Readonly<Record<string, number>>
  /** Equal for proxies whose clusters, listeners, routes and endpoints are equal but for versions and times. */
  readonly loaded?: string
  /** Updates that Envoy rejected. */
  readonly rejected: number
  /** The number of its `recipes-N`, and its place in it. */
  readonly recipe: readonly [chunk: number, at: number]
}

/** A table whose rows were worked out before. */
export interface StoredTable {
  readonly columns: readonly StoredColumn[]
  readonly rows: readonly StoredRow[]
  /** What is said where it has no rows. */
  readonly empty: string
  readonly notes: readonly string[]
}

export interface StoredColumn {
  readonly header: string
  readonly key: string
  readonly wide?: true
}

export interface StoredRow {
  readonly name: string
  readonly cells: readonly (string | number | boolean | null)[]
  /** Columns of cells that show what fails or may fail. */
  readonly tones?: Readonly<Record<string, 'bad' | 'warning'>>
  /** The places in `proxies` of those that it is about, in a table of the mesh. */
  readonly proxies?: readonly number[]
}

/** How the dump of a proxy is made of resources. */
export interface Recipe {
  readonly sections: readonly RecipeSection[]
  /** What the members of lists do not share, versions and times, each once. */
  readonly values: readonly Json[]
  readonly notes: readonly string[]
  /** Where the dump was cut short. */
  readonly cut?: Cut
  /** The number of the resource with what its certificates say: a list of `CertificateFact`. */
  readonly certificates?: number
  /** What the trace box needs of the proxy besides its dump. */
  readonly trace: StoredTraceFacts
  /** Tables of this proxy that a browser cannot work out, by the name of the kind. */
  readonly tables: Readonly<Record<string, StoredTable>>
}

/** What a trace needs besides a dump. */
export interface StoredTraceFacts {
  /** How the command line names the proxy: `web-7f.default`, `--file dump.json`. */
  readonly target: readonly string[]
  /** Counters of updates, as `/stats?format=json`. */
  readonly stats?: Json
  /** The pod's. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Of a saved dump: when it was saved, RFC 3339. */
  readonly savedAt?: string
}

export interface RecipeSection {
  /** Full message name: `envoy.admin.v3.ClustersConfigDump`. */
  readonly type: string
  readonly fields: readonly RecipeField[]
}

/** A list of members, a value that is stored as a resource, or a short value. */
export type RecipeField =
  | {
      readonly name: string
      /** The number of each member's resource, as the difference to the one before. */
      readonly members: readonly number[]
      /** The places in `values` of what the members do not share, in their order. */
      readonly own: readonly number[]
    }
  | { readonly name: string; readonly resource: number }
  | { readonly name: string; readonly value: Json }

/** The identifiers of the elements. */
export const elementIds = {
  index: 'index',
  resources: (at: number) => `resources-${at}`,
  recipes: (at: number) => `recipes-${at}`,
} as const
