import type { PackedMessage } from '../../envoy/protobuf/dump-of-messages.ts'
import { readFields, textOf, writeMessage } from './protobuf.ts'

/** What a client says of one type: its first request, more names, or that it took an answer. */
export interface TypeRequest {
  readonly typeUrl: string
  /** All names that are wanted; none stands for everything there is. */
  readonly names: readonly string[]
  /** Of `names`, those that were not asked for before. */
  readonly added: readonly string[]
  /** Of the answer that is acknowledged; empty before the first. */
  readonly version: string
  readonly nonce: string
  /** Encoded; with the first request of a stream only, as Envoy does with `set_node_on_first_message_only`. */
  readonly node: Uint8Array | undefined
}

export interface TypeAnswer {
  readonly typeUrl: string
  /** Of everything: `version_info`, or `system_version_info`. */
  readonly version: string
  readonly nonce: string
  readonly resources: readonly AnsweredResource[]
  /** Names that do not exist, as far as the protocol says it. */
  readonly removed: readonly string[]
  /** `control_plane.identifier` */
  readonly identifier: string
}

export interface AnsweredResource {
  /** Only incremental answers have it beside the resource. */
  readonly name: string | undefined
  readonly version: string | undefined
  readonly message: PackedMessage
}

/**
 * One of the two forms of the aggregated protocol. None of its requests has `error_detail`: nothing is ever rejected.
 * https://github.com/envoyproxy/envoy/blob/main/api/envoy/service/discovery/v3/discovery.proto
 */
export interface Variant {
  readonly method: string
  /** Whether an answer has all clusters, all listeners that there are. */
  readonly isWhole: boolean
  request(request: TypeRequest): Uint8Array
  /** @throws RangeError when the bytes are no such message */
  answer(bytes: Uint8Array): TypeAnswer
}

const service = '/envoy.service.discovery.v3.AggregatedDiscoveryService'

/** Every answer to a question is whole. */
export const stateOfTheWorld: Variant = {
  method: `${service}/StreamAggregatedResources`,
  isWhole: true,
  request: ({ typeUrl, names, version, nonce, node }) =>
    writeMessage([
      [1, version || undefined],
      [2, node],
      ...names.map((name) => [3, name] as const),
      [4, typeUrl],
      [5, nonce || undefined],
    ]),
  answer: (bytes) =>
    readAnswer(bytes, (message) => ({ name: undefined, version: undefined, message: readAny(message) })),
}

/** Answers have what is new. */
export const incremental: Variant = {
  method: `${service}/DeltaAggregatedResources`,
  isWhole: false,
  request: ({ typeUrl, added, nonce, node }) =>
    writeMessage([[1, node], [2, typeUrl], ...added.map((name) => [3, name] as const), [6, nonce || undefined]]),
  answer: (bytes) => readAnswer(bytes, readResource),
}

/** Both kinds of answers have the numbers of these fields in common, but for what is removed. */
function readAnswer(bytes: Uint8Array, resource: (bytes: Uint8Array) => AnsweredResource): TypeAnswer {
  const answer = { typeUrl: '', version: '', nonce: '', identifier: '' }
  const resources: AnsweredResource[] = []
  const removed: string[] = []
  for (const field of readFields(bytes)) {
    if (field.number === 1) answer.version = textOf(field.bytes)
    else if (field.number === 2) resources.push(resource(field.bytes))
    else if (field.number === 4) answer.typeUrl = textOf(field.bytes)
    else if (field.number === 5) answer.nonce = textOf(field.bytes)
    else if (field.number === 6 && resource === readResource) removed.push(textOf(field.bytes))
    else if (field.number === 6 || field.number === 7) answer.identifier = identifierOf(field.bytes)
  }
  return { ...answer, resources, removed }
}

function identifierOf(bytes: Uint8Array): string {
  let identifier = ''
  for (const part of readFields(bytes)) if (part.number === 1) identifier = textOf(part.bytes)
  return identifier
}

function readResource(bytes: Uint8Array): AnsweredResource {
  let name = ''
  let version = ''
  let message: PackedMessage = { typeUrl: '', value: new Uint8Array() }
  for (const field of readFields(bytes)) {
    if (field.number === 3) name = textOf(field.bytes)
    else if (field.number === 1) version = textOf(field.bytes)
    else if (field.number === 2) message = readAny(field.bytes)
  }
  return { name, version, message }
}

/** A google.protobuf.Any. @throws RangeError when the bytes are no message */
function readAny(bytes: Uint8Array): PackedMessage {
  let typeUrl = ''
  let value: Uint8Array = new Uint8Array()
  for (const field of readFields(bytes)) {
    if (field.number === 1) typeUrl = textOf(field.bytes)
    if (field.number === 2) value = field.bytes
  }
  return { typeUrl, value }
}
