import type { Json } from '../envoy/json.ts'
import type { PackedMessage } from '../envoy/protobuf/dump-of-messages.ts'
import { AppError } from '../errors.ts'

/** One replica of Istio's control plane, as far as it tells what it has sent. */
export interface Istiod {
  /** Its pod, or HOST:PORT. */
  readonly name: string
  /** How all its proxies stand: `/debug/syncz`, or over xDS a DiscoveryResponse of the same. */
  syncz(signal?: AbortSignal): Promise<Json>
  /**
   * The body of `/debug/PATH`, such as `config_dump?proxyID=POD.NAMESPACE-7`.
   * @returns undefined when the replica does not know the proxy
   * @throws NotServedError when it knows no such path
   */
  debug(path: string, signal?: AbortSignal): Promise<Uint8Array | undefined>
  /**
   * The sections of the dump of a proxy, but for its endpoints: what is left over xDS where `debug` is not served.
   * @param proxy `POD.NAMESPACE`
   * @returns undefined when the replica does not know the proxy
   */
  packedDump(proxy: string, signal?: AbortSignal): Promise<readonly PackedMessage[] | undefined>
}

/** The other side answers, but not this question: an older Istio, or `ENABLE_DEBUG_ON_HTTP=false`. */
export class NotServedError extends AppError {}

/** Whether a body says that the replica does not know the proxy. istiod/pilot/pkg/xds/debug.go */
export function knowsNot(body: Uint8Array): boolean {
  return firstLine(body).startsWith('Proxy not connected')
}

/** The beginning of a text that should have been JSON, for an error message. */
export function firstLine(body: Uint8Array): string {
  return Buffer.from(body.subarray(0, 200)).toString('utf8').trim().split('\n')[0] ?? ''
}

/** Which replicas of a control plane are asked, and how. */
export interface IstiodQuery {
  /** Where Istio itself runs. */
  readonly namespace: string
  /** All revisions without it. */
  readonly revision: string | undefined
  /** Label selector of the control plane's pods. */
  readonly selector: string | undefined
  /** HOST:PORT of one outside the cluster, in place of pods. */
  readonly address: string | undefined
  /** Over xDS alone at this port of the pods: the debug ports are not tried. */
  readonly xdsPort: number | undefined
  readonly xds: XdsOptions
}

/** What a user says about a control plane's xDS port. */
export interface XdsOptions {
  readonly plaintext: boolean
  /** Any certificate will do. */
  readonly insecure: boolean
  /** Folder with `root-cert.pem`, and with `cert-chain.pem` and `key.pem` to be known by. */
  readonly certDir: string | undefined
  /** Name in the server's certificate. */
  readonly authority: string | undefined
}
