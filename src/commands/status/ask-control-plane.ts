import type { Args, Context } from '../../contract/command.ts'
import { xdsAccessOf } from '../../envoy/control-plane/xds-access-of.ts'
import { xdsServerOf } from '../../envoy/control-plane/xds-server.ts'
import { bootstrapOf, nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { readDump } from '../../envoy/input/read-dump.ts'
import { objectOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import type { AdsOptions, SentConfig } from '../../mesh/ads.ts'
import type { Cluster } from '../../mesh/cluster.ts'
import { adminPort } from '../../mesh/pods/admin-port.ts'
import { nodeOfArguments } from '../../mesh/pods/node-arguments.ts'
import type { Pod } from '../../mesh/pods/pod.ts'
import { optionalDocument } from '../../mesh/proxies/documents.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** A proxy whose control plane may be asked what it would send. */
export interface AskedProxy {
  readonly pod: Pod
  readonly proxy: MeshProxy
  readonly cluster: Cluster
  readonly args: Args
  readonly context: Context
}

/** The control plane's side, or why there is none. */
export type AskedFor =
  | { readonly sent: ConfigDump; readonly from: SentConfig['from']; readonly notes: readonly string[] }
  /** `error`: it was asked, and this came of it; without one it was not asked. */
  | { readonly sent: undefined; readonly why: string; readonly error: AppError | undefined }

/**
 * Asks the control plane of an Envoy that is not Istio's what it would send to it. One that is not known to bear a second stream is
 * asked only where the user says so.
 * @param used what the proxy has loaded: its bootstrap names the control plane
 */
export async function askControlPlane(asked: AskedProxy, used: ConfigDump): Promise<AskedFor> {
  const { pod, proxy, cluster, args, context } = asked
  const server = xdsServerOf(bootstrapOf(used), (name) => used.named('secrets', name)[0]?.resource)
  if (server === undefined)
    return notAsked("the proxy's bootstrap names no control plane that it asks over gRPC by an address")
  const name = adminPort(pod).from
  const access = xdsAccessOf(name)
  if (!access.bearsSecondStream && args.boolean('xds-second-stream') !== true) {
    return notAsked(
      `${server.host}:${server.port} is not known to bear a second stream in the name of a proxy that is connected: it may take the first from it${cluster.captured === undefined ? '. --xds-second-stream asks it all the same' : ''}`,
    )
  }
  const { signal } = context.io
  try {
    const info = objectOf(await optionalDocument(proxy, 'server_info', signal))
    const node = { ...nodeOfArguments(pod), ...objectOf(info.node), ...nodeOf(used) }
    const found = await cluster.sentTo({ pod, node, server, access, options: adsOptions(args) }, signal)
    const bytes = Buffer.from(JSON.stringify(found.document))
    return { sent: await readDump(bytes, `the answer of ${found.from}`), from: found.from, notes: found.notes }
  } catch (error) {
    if (!(error instanceof AppError) || signal.aborted) throw error
    return { sent: undefined, why: error.message, error }
  }
}

function notAsked(why: string): AskedFor {
  return { sent: undefined, why, error: undefined }
}

function adsOptions(args: Args): AdsOptions {
  return {
    address: args.string('xds-address'),
    port: args.number('xds-port'),
    plaintext: args.boolean('plaintext') === true,
    insecure: args.boolean('insecure') === true,
    authority: args.string('authority'),
    caFile: args.string('xds-ca'),
    certificateFile: args.string('xds-cert'),
    keyFile: args.string('xds-key'),
    tokenFile: args.string('xds-token-file'),
  }
}
