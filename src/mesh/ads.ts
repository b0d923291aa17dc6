import type { XdsAccess } from '../envoy/control-plane/xds-access.ts'
import type { XdsServer } from '../envoy/control-plane/xds-server.ts'
import type { JsonObject } from '../envoy/json.ts'
import type { Pod } from './pods/pod.ts'

/** The question what a control plane would send to a proxy, which is put to it by ADS as that proxy would. */
export interface AdsQuery {
  /** The proxy's. */
  readonly pod: Pod
  /** Its node, of `/server_info`. */
  readonly node: JsonObject
  readonly server: XdsServer
  readonly access: XdsAccess
  readonly options: AdsOptions
}

/** What a user says about how it is asked. */
export interface AdsOptions {
  /** HOST:PORT, in place of a pod of the cluster. */
  readonly address: string | undefined
  /** Port of its pods. */
  readonly port: number | undefined
  readonly plaintext: boolean
  /** Any certificate will do. */
  readonly insecure: boolean
  /** Name in the server's certificate. */
  readonly authority: string | undefined
  /** Files with a root certificate to trust, a certificate to be known by, its key, and a token. */
  readonly caFile: string | undefined
  readonly certificateFile: string | undefined
  readonly keyFile: string | undefined
  readonly tokenFile: string | undefined
}

/** What a control plane would send. */
export interface SentConfig {
  /** The pod that answered, `NAME.NAMESPACE`, or its address. */
  readonly from: string
  /** As the `/config_dump?include_eds` of a proxy that took it, without secrets. */
  readonly document: JsonObject
  /** What it does not show, one line each. */
  readonly notes: readonly string[]
}
