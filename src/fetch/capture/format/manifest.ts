import { isObject, type Json, objectOf, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'

/** What every manifest begins with. */
export const manifestFormat = 'proxy-config/capture'

/** Increases when the meaning of something changes; a reader uses what it knows of a newer version. */
export const manifestVersion = 1

/** What a capture reports about itself: docs/schemas/capture-document.json. Times are RFC 3339 in UTC. */
export interface Manifest {
  readonly format: typeof manifestFormat
  readonly version: number
  /** What made it; null where nobody says, and so for the times. */
  readonly program: { readonly name: string; readonly version: string } | null
  /** Null where everything came from files or URLs. */
  readonly cluster: CapturedCluster | null
  readonly started: string | null
  readonly ended: string | null
  /** Whether it was interrupted before everything was read. */
  readonly interrupted: boolean
  readonly redaction: { readonly secrets: boolean; readonly patterns: number }
  readonly proxies: readonly CapturedProxy[]
  readonly istiods: readonly CapturedIstiod[]
  /** How many files follow; null in what was written before this was counted. */
  readonly fileCount: number | null
  readonly files: readonly CapturedFile[]
  readonly failures: readonly CaptureFailure[]
}

interface CapturedCluster {
  readonly server: string
  readonly kubernetes: string | null
  /** The namespace that was meant where none was named. */
  readonly namespace: string
  readonly istioNamespace: string
  /** Namespaces whose objects were read; null for all. */
  readonly namespaces: readonly string[] | null
}

export interface CapturedProxy {
  readonly name: string
  readonly namespace: string
  /** The file or URL that it was read from, where that was no pod. */
  readonly source: string | null
  /** Of its Envoy. */
  readonly version: string | null
  /** Pages that it does not have. */
  readonly absent: readonly string[]
  /** The istiod that it is connected to. */
  readonly istiod: string | null
  /** Whether it is connected to one; null where that is not known. */
  readonly connected: boolean | null
}

export interface CapturedIstiod {
  readonly name: string
  readonly namespace: string
  readonly image: string | null
}

export interface CapturedFile {
  readonly path: string
  readonly bytes: number
  /** SHA-256 in hex. */
  readonly sha256: string
}

export interface CaptureFailure {
  /** The file that there would be. */
  readonly path: string
  /** `forbidden`, `timeout`, …: what decides on it. */
  readonly reason: string
  /** HTTP status of the API server's refusal. */
  readonly status: number | null
  readonly message: string
}

/** Reads what is understood of a manifest, also of a newer one; undefined where it is none. */
export function readManifest(document: Json): Manifest | undefined {
  if (!isObject(document) || document.format !== manifestFormat) return undefined
  const { version, program, cluster, redaction } = document
  return {
    format: manifestFormat,
    version: typeof version === 'number' ? version : manifestVersion,
    program: isObject(program) ? { name: textOf(program.name), version: textOf(program.version) } : null,
    cluster: isObject(cluster) ? readCluster(cluster) : null,
    started: stringOf(document.started) ?? null,
    ended: stringOf(document.ended) ?? null,
    interrupted: document.interrupted === true,
    redaction: {
      secrets: objectOf(redaction).secrets === true,
      patterns: Number(objectOf(redaction).patterns) || 0,
    },
    proxies: objectsOf(document.proxies).map((proxy) => ({
      name: textOf(proxy.name),
      namespace: textOf(proxy.namespace),
      source: stringOf(proxy.source) ?? null,
      version: stringOf(proxy.version) ?? null,
      absent: stringsOf(proxy.absent),
      istiod: stringOf(proxy.istiod) ?? null,
      connected: typeof proxy.connected === 'boolean' ? proxy.connected : null,
    })),
    istiods: objectsOf(document.istiods).map((istiod) => ({
      name: textOf(istiod.name),
      namespace: textOf(istiod.namespace),
      image: stringOf(istiod.image) ?? null,
    })),
    fileCount: typeof document.fileCount === 'number' ? document.fileCount : null,
    files: objectsOf(document.files).map((file) => ({
      path: textOf(file.path),
      bytes: Number(file.bytes) || 0,
      sha256: textOf(file.sha256),
    })),
    failures: objectsOf(document.failures).map((failure) => ({
      path: textOf(failure.path),
      reason: textOf(failure.reason),
      status: typeof failure.status === 'number' ? failure.status : null,
      message: textOf(failure.message),
    })),
  }
}

function readCluster(cluster: ReturnType<typeof objectOf>): CapturedCluster {
  return {
    server: textOf(cluster.server),
    kubernetes: stringOf(cluster.kubernetes) ?? null,
    namespace: textOf(cluster.namespace),
    istioNamespace: textOf(cluster.istioNamespace),
    namespaces: Array.isArray(cluster.namespaces) ? stringsOf(cluster.namespaces) : null,
  }
}

function textOf(value: Json | undefined): string {
  return stringOf(value) ?? ''
}
