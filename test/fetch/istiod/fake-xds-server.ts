import { createSecureServer, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { readFields, textOf, writeMessage } from '../../../src/fetch/xds/protobuf.ts'

export interface XdsQuestion {
  readonly headers: IncomingHttpHeaders
  readonly typeUrl: string
  readonly names: readonly string[]
  /** Of the node. */
  readonly id: string
}

/** A resource, of the type that was asked for unless it names another. */
type XdsResource = string | Uint8Array | { readonly typeUrl: string; readonly value: Uint8Array }

/** The resources, or the gRPC status with which the call is refused. */
type XdsAnswer = readonly XdsResource[] | { readonly status: number; readonly message: string }

export interface FakeXdsServer {
  readonly port: number
  readonly questions: XdsQuestion[]
  close(): Promise<void>
}

/** A control plane on loopback that answers each first request of a stream; with TLS when it is given a certificate. */
export async function startFakeXdsServer(
  answer: (question: XdsQuestion) => XdsAnswer,
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<FakeXdsServer> {
  const questions: XdsQuestion[] = []
  const server = tls === undefined ? createServer() : createSecureServer(tls)
  server.on('sessionError', () => undefined)
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined)
    stream.once('data', (frame: Buffer) => {
      const question = readQuestion(frame.subarray(5), headers)
      questions.push(question)
      const found = answer(question)
      if ('status' in found) {
        stream.respond(
          {
            ':status': 200,
            'content-type': 'application/grpc',
            'grpc-status': found.status,
            'grpc-message': found.message,
          },
          { endStream: true },
        )
        return
      }
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
      stream.write(framed(response(question.typeUrl, found)))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    questions,
    close: () => new Promise((done) => server.close(() => done())),
  }
}

/** A ClientConfig of a proxy that has refused its listeners, and of which other types only the numbers of the status are given. */
export function clientConfig(id: string, error: string): Uint8Array {
  const metadata = ['CLUSTER_ID:Kubernetes', 'ISTIO_VERSION:1.31.0', 'NAMESPACE:shop'].map((pair) => {
    const [name = '', value = ''] = pair.split(':')
    return [
      3,
      writeMessage([
        [
          1,
          writeMessage([
            [1, name],
            [2, writeMessage([[3, value]])],
          ]),
        ],
      ]),
    ] as const
  })
  const node = writeMessage([[1, id], ...metadata])
  const config = (type: string, status: number, rest: Uint8Array) =>
    [
      3,
      Buffer.concat([
        writeMessage([[1, `type.googleapis.com/envoy.config.${type}`]]),
        Buffer.from([6 * 8, status]),
        rest,
      ]),
    ] as const
  // 2025-12-31T23:59:48Z in seconds, as a varint.
  const seconds = Buffer.from([8, ...varint(1_767_225_588)])
  return writeMessage([
    [1, node],
    config('cluster.v3.Cluster', 1, writeMessage([[5, seconds]])),
    config('listener.v3.Listener', 4, writeMessage([[8, writeMessage([[3, error]])]])),
    config('route.v3.RouteConfiguration', 3, Buffer.alloc(0)),
  ])
}

/** A google.protobuf.Any. */
export function packedAny(typeUrl: string, value: string | Uint8Array): Uint8Array {
  return writeMessage([
    [1, typeUrl],
    [2, value],
  ])
}

function readQuestion(bytes: Uint8Array, headers: IncomingHttpHeaders): XdsQuestion {
  const question = { headers, typeUrl: '', names: [] as string[], id: '' }
  for (const field of readFields(bytes)) {
    if (field.number === 2)
      for (const part of readFields(field.bytes)) if (part.number === 1) question.id = textOf(part.bytes)
    if (field.number === 3) question.names.push(textOf(field.bytes))
    if (field.number === 4) question.typeUrl = textOf(field.bytes)
  }
  return question
}

function response(typeUrl: string, values: readonly XdsResource[]): Uint8Array {
  const resources = values.map((value) => {
    const packed = typeof value === 'object' && 'typeUrl' in value ? value : { typeUrl, value }
    return [2, packedAny(packed.typeUrl, packed.value)] as const
  })
  return writeMessage([...resources, [4, typeUrl], [6, writeMessage([[1, '{"Component":"istiod","ID":"istiod-x"}']])]])
}

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
}
