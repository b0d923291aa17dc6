import type { PackedMessage } from '../../envoy/protobuf/dump-of-messages.ts'
import { AppError } from '../../errors.ts'
import { firstReply, type GrpcCall } from './grpc.ts'
import { readFields, textOf, writeMessage } from './protobuf.ts'

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

const method = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources'

/**
 * Asks a control plane once over xDS.
 * https://github.com/envoyproxy/envoy/blob/main/api/envoy/service/discovery/v3/discovery.proto
 * @throws AppError when it refuses, does not answer, or answers anything else
 */
export async function discover(
  { typeUrl, names, namespace }: DiscoveryRequest,
  call: Omit<GrpcCall, 'method' | 'message'>,
): Promise<DiscoveryResponse> {
  const message = writeMessage([[2, node(namespace)], ...names.map((name) => [3, name] as const), [4, typeUrl]])
  const reply = await firstReply({ ...call, method, message })
  try {
    return readResponse(reply)
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

function readResponse(bytes: Uint8Array): DiscoveryResponse {
  const resources: PackedMessage[] = []
  let identifier = ''
  for (const field of readFields(bytes)) {
    if (field.number === 2) resources.push(readAny(field.bytes))
    if (field.number !== 6) continue
    for (const part of readFields(field.bytes)) if (part.number === 1) identifier = textOf(part.bytes)
  }
  return { resources, identifier }
}

function readAny(bytes: Uint8Array): PackedMessage {
  let typeUrl = ''
  let value: Uint8Array = new Uint8Array()
  for (const field of readFields(bytes)) {
    if (field.number === 1) typeUrl = textOf(field.bytes)
    if (field.number === 2) value = field.bytes
  }
  return { typeUrl, value }
}
