import { createSecureServer, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { readFields, textOf, writeMessage } from '../../../src/fetch/xds/protobuf.ts'

const prefix = 'type.googleapis.com/envoy.config'

/** The type URLs of the four types, and of the one that nobody may ask for. */
export const urls = {
  clusters: `${prefix}.cluster.v3.Cluster`,
  listeners: `${prefix}.listener.v3.Listener`,
  endpoints: `${prefix}.endpoint.v3.ClusterLoadAssignment`,
  routes: `${prefix}.route.v3.RouteConfiguration`,
  secrets: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
} as const

/** What a control plane has for one kind of proxy: by type URL, encoded resources by name. A type without a version is never answered. */
export type Snapshot = ReadonlyMap<
  string,
  { readonly version: string; readonly resources: ReadonlyMap<string, Uint8Array> }
>

export interface AdsRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly typeUrl: string
  readonly names: readonly string[]
  readonly version: string
  readonly nonce: string
  /** Of the node, where the request has one. */
  readonly id: string | undefined
  readonly cluster: string | undefined
  /** Whether it says that an answer was rejected. */
  readonly rejects: boolean
}

interface Served {
  /** What a proxy with this node gets; undefined where it is not known: then nothing is answered. */
  snapshot(node: { readonly id: string; readonly cluster: string }): Snapshot | undefined
  /** Why it refuses every call. */
  readonly refusal?: string | undefined
  /** The code of the refusal; PermissionDenied without one. (google.rpc.Code) */
  readonly refusalCode?: number | undefined
  /** The only token that it takes; others are refused as Envoy Gateway refuses them in gateway-namespace mode. */
  readonly token?: string | undefined
  /** Takes a call into its own hands. */
  hostile?(stream: ServerHttp2Stream): void
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer; readonly ca?: Buffer }
}

export interface FakeAdsServer {
  readonly port: number
  readonly requests: AdsRequest[]
  close(): Promise<void>
}

/**
 * A control plane on loopback with the habits of go-control-plane: an answer waits for its acknowledgement; endpoints and routes of a state
 * of the world are only answered to who asks for all of them; what is asked for by a name that does not exist is removed, incrementally.
 * https://github.com/envoyproxy/go-control-plane/blob/main/pkg/cache/v3/simple.go
 */
export async function startFakeAdsServer({
  snapshot,
  refusal,
  refusalCode = 7,
  token,
  hostile,
  tls,
}: Served): Promise<FakeAdsServer> {
  const requests: AdsRequest[] = []
  const open = new Set<ServerHttp2Stream>()
  const server =
    tls === undefined
      ? createServer()
      : createSecureServer({ ...tls, ...(tls.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true }) })
  server.on('sessionError', () => undefined)
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined)
    open.add(stream)
    if (refusal !== undefined) {
      const status = { 'grpc-status': String(refusalCode), 'grpc-message': encodeURIComponent(refusal) }
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true })
      return
    }
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) {
      // The reason is lost in go-control-plane.
      const status = { 'grpc-status': '0', 'grpc-message': '' }
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true })
      return
    }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
    if (hostile !== undefined) {
      hostile(stream)
      return
    }
    const method = String(headers[':path']).split('/').at(-1) ?? ''
    const answers = method.startsWith('Delta') ? new Incremental(stream) : new WholeState(stream)
    let known: Snapshot | undefined
    eachMessage(stream, (bytes) => {
      const request = readRequest(bytes, method, headers)
      requests.push(request)
      if (request.id !== undefined) known = snapshot({ id: request.id, cluster: request.cluster ?? '' })
      if (known !== undefined) answers.take(request, known)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () => {
      for (const stream of open) stream.session?.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

class WholeState {
  readonly #stream: ServerHttp2Stream
  readonly #sent = new Map<string, string>()

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  take({ typeUrl, names, nonce }: AdsRequest, snapshot: Snapshot): void {
    const found = snapshot.get(typeUrl)
    const asked = [...names].sort().join()
    if (found === undefined || found.version === '') return
    if (nonce !== '' && this.#sent.get(typeUrl) === asked) return
    const wild = names.length === 0
    if (!wild && [...found.resources.keys()].some((name) => !names.includes(name))) return
    this.#sent.set(typeUrl, asked)
    const values = [...found.resources].filter(([name]) => wild || names.includes(name))
    const resources = values.map(([, value]) => [2, any(typeUrl, value)] as const)
    send(this.#stream, [
      [1, found.version],
      ...resources,
      [4, typeUrl],
      [5, `n${asked}`],
      [6, writeMessage([[1, 'fake']])],
    ])
  }
}

class Incremental {
  readonly #stream: ServerHttp2Stream
  readonly #begun = new Set<string>()

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  take({ typeUrl, names, nonce }: AdsRequest, snapshot: Snapshot): void {
    const found = snapshot.get(typeUrl)
    if (found === undefined || found.version === '') return
    if (nonce !== '' || (this.#begun.has(typeUrl) && names.length === 0)) return
    this.#begun.add(typeUrl)
    const wanted = names.length === 0 ? [...found.resources.keys()] : names
    const resources = wanted.flatMap((name) => {
      const value = found.resources.get(name)
      return value === undefined
        ? []
        : [
            [
              2,
              writeMessage([
                [1, `v-${name}`],
                [2, any(typeUrl, value)],
                [3, name],
              ]),
            ] as const,
          ]
    })
    const removed = wanted.filter((name) => !found.resources.has(name)).map((name) => [6, name] as const)
    send(this.#stream, [
      [1, found.version],
      ...resources,
      [4, typeUrl],
      [5, `n-${typeUrl}`],
      ...removed,
      [7, writeMessage([[1, 'fake']])],
    ])
  }
}

type Fields = Parameters<typeof writeMessage>[0]

/** Sends one message of a call. */
export function send(stream: ServerHttp2Stream, fields: Fields): void {
  const message = writeMessage(fields)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  stream.write(Buffer.concat([head, message]))
}

/** A google.protobuf.Any. */
export function any(typeUrl: string, value: Uint8Array): Uint8Array {
  return writeMessage([
    [1, typeUrl],
    [2, value],
  ])
}

function eachMessage(stream: ServerHttp2Stream, found: (message: Uint8Array) => void): void {
  let rest = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1)
      found(rest.subarray(5, end))
      rest = rest.subarray(end)
    }
  })
}

function readRequest(bytes: Uint8Array, method: string, headers: IncomingHttpHeaders): AdsRequest {
  const isDelta = method.startsWith('Delta')
  const field = isDelta
    ? { node: 1, type: 2, names: 3, nonce: 6, error: 7, version: -1 }
    : { version: 1, node: 2, names: 3, type: 4, nonce: 5, error: 6 }
  const request = { method, headers, typeUrl: '', names: [] as string[], version: '', nonce: '', rejects: false }
  let node: { id: string; cluster: string } | undefined
  for (const { number, bytes: value } of readFields(bytes)) {
    if (number === field.type) request.typeUrl = textOf(value)
    else if (number === field.names) request.names.push(textOf(value))
    else if (number === field.nonce) request.nonce = textOf(value)
    else if (number === field.version) request.version = textOf(value)
    else if (number === field.error) request.rejects = true
    else if (number === field.node) node = readNode(value)
  }
  return { ...request, id: node?.id, cluster: node?.cluster }
}

function readNode(bytes: Uint8Array): { id: string; cluster: string } {
  const node = { id: '', cluster: '' }
  for (const { number, bytes: value } of readFields(bytes)) {
    if (number === 1) node.id = textOf(value)
    if (number === 2) node.cluster = textOf(value)
  }
  return node
}
