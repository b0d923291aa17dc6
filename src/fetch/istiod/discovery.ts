import type { PackedMessage } from '../../envoy/protobuf/dump-of-messages.ts'
import { AppError } from '../../errors.ts'
import { stateOfTheWorld } from '../xds/discovery-messages.ts'
import { firstReply, type GrpcCall } from '../xds/grpc.ts'
import { writeMessage } from '../xds/protobuf.ts'

export interface DiscoveryRequest {
  readonly typeUrl: string
  readonly names: readonly string[]
  /** Of the identity that asks: istiod compares it with the one in the node's id. */
  readonly namespace: string
}

/** What is read of an `envoy.service.discovery.v3.DiscoveryResponse`. */
export interface DiscoveryResponse {
  readonly resources: readonly PackedMessage[]
  /** `control_plane.identifier`; of istiod it is JSON. */
  readonly identifier: string
}

/**
 * Asks a control plane once over xDS.
 * https://github.com/envoyproxy/envoy/blob/main/api/envoy/service/discovery/v3/discovery.proto
 * @throws AppError when it refuses, does not answer, or answers anything else
 */
export async function discover(
  { typeUrl, names, namespace }: DiscoveryRequest,
  call: Omit<GrpcCall, 'method'>,
): Promise<DiscoveryResponse> {
  const first = { typeUrl, names, added: names, version: '', nonce: '', node: node(namespace) }
  const message = stateOfTheWorld.request(first)
  const reply = await firstReply({ ...call, method: stateOfTheWorld.method, message })
  try {
    const { resources, identifier } = stateOfTheWorld.answer(reply)
    return { resources: resources.map(({ message }) => message), identifier }
  } catch (cause) {
    throw new AppError(`${call.label} did not answer with a DiscoveryResponse`, { cause })
  }
}

/** istiod takes ids of proxies only; `GENERATOR: event` tells it that this is none, to which it would send configuration. */
function node(namespace: string): Buffer {
  const id = `sidecar~127.0.0.1~kubectl-proxy-config.${namespace}~${namespace}.svc.cluster.local`
  const value = writeMessage([[3, 'event']])
  const entry = writeMessage([
    [1, 'GENERATOR'],
    [2, value],
  ])
  return writeMessage([
    [1, id],
    [3, writeMessage([[1, entry]])],
  ])
}
