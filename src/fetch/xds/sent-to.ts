import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { stringOf } from '../../envoy/json.ts'
import { messageRegistry } from '../../envoy/protobuf/message-registry.ts'
import { nodeMessage } from '../../envoy/protobuf/node-message.ts'
import { AppError } from '../../errors.ts'
import type { AdsQuery, SentConfig } from '../../mesh/ads.ts'
import type { KubeCluster } from '../kube/kube-cluster.ts'
import { type AdsAnswer, adsSession } from './ads-session.ts'
import { certificates, fileFlags, podReader } from './credentials.ts'
import { incremental, stateOfTheWorld } from './discovery-messages.ts'
import { findServer } from './find-server.ts'
import { withCall } from './grpc.ts'
import { openAddress } from './open-address.ts'
import { xdsToken } from './pod-token.ts'
import { secured } from './secured.ts'
import { sentDump } from './sent-dump.ts'

/** Milliseconds for all of the questions. */
const usualLimit = 30_000

/**
 * What the control plane of a proxy would send to it.
 * @throws AppError when it cannot be found, reached or asked; ApiError with the missing rule
 */
export async function sentTo(cluster: KubeCluster, query: AdsQuery, signal?: AbortSignal): Promise<SentConfig> {
  const { server, options } = query
  const limit = cluster.limits.requestTimeout ?? usualLimit
  // The connection, TLS on it and the call each may hang: all of it has one end.
  const deadline = AbortSignal.timeout(limit)
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
  const place = await placeOf(cluster, query, stop)
  const secure = server.tls && !options.plaintext
  const readPod = podReader(cluster, query.pod, stop)
  const own = secure ? await certificates(cluster, query, readPod, stop) : {}
  const { token, ofPod } = await xdsToken(cluster, query, readPod, stop)
  // A token of the proxy goes where the proxy sends it, and nowhere else.
  const { sent, hidden } = server.metadata
  const metadata = options.address === undefined ? sent : {}
  const withheld = options.address === undefined ? hidden : Object.keys(sent)
  const variant = server.incremental ? incremental : stateOfTheWorld
  const missing = new Set<string>()
  const reader = { registry: messageRegistry(), unknown: (what: string) => missing.add(what) }
  const node = nodeMessage(nodeOf(query, ofPod))
  let plain: Duplex | undefined
  try {
    plain = await place.open(stop)
    const tls = tlsOptions(query, own, place.trusted)
    const stream = secure ? await secured(plain, { options: tls, label: place.name, hint, signal: stop }) : plain
    const call = {
      stream,
      secure,
      authority: authorityOf(query),
      token,
      metadata,
      label: place.name,
      limit,
      maxSize: cluster.limits.maxSize,
    }
    const answer = await withCall({ ...call, method: variant.method, signal: stop }, (open) =>
      adsSession({ node, variant, reader, label: place.name }, open),
    )
    return { from: place.name, document: sentDump(answer), notes: notesOf(answer, missing) }
  } catch (error) {
    signal?.throwIfAborted()
    if (!deadline.aborted) throw place.explained(withNextStep(error, token ?? metadata.authorization, withheld))
    throw new AppError(`${place.name} did not answer within ${limit / 1000} s`, { cause: error, code: 'timeout' })
  } finally {
    plain?.destroy()
  }
}

const hint = ['Is this the xDS port? --xds-port names another, --plaintext does without TLS.', fileFlags]

interface Place {
  readonly name: string
  /** Whether the API server has vouched for who is at the other end. */
  readonly trusted: boolean
  open(signal: AbortSignal): Promise<Duplex>
  /** An error in the words for this place. */
  explained(error: unknown): unknown
}

async function placeOf(cluster: KubeCluster, query: AdsQuery, signal: AbortSignal): Promise<Place> {
  const { address } = query.options
  if (address !== undefined) {
    const open = (stop: AbortSignal) => openAddress(address, query.server.port, stop)
    return { name: address, trusted: false, open, explained: (error) => error }
  }
  const pod = await findServer(cluster, query, signal)
  const name = `${pod.name}.${pod.namespace}`
  // The kubelet tells of a refused port when the stream is open already.
  const explained = (error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'connection-refused') return error
    return new AppError(`${name} refuses connections to its xDS port ${pod.port}`, {
      cause: error,
      code: 'connection-refused',
      hint: `Does the control plane run? kubectl logs ${pod.name} -n ${pod.namespace} says what keeps it from serving.`,
    })
  }
  return {
    name,
    trusted: true,
    open: (stop) => cluster.forward(pod, stop),
    explained,
  }
}

/** A control plane that rejects the client's identity says so in its own words; this adds what to do. */
function withNextStep(error: unknown, token: string | undefined, withheld: readonly string[]): unknown {
  if (!(error instanceof AppError)) return error
  if (error.code === 'certificate-required') {
    return new AppError(error.message, { cause: error, code: error.code, hint: [...error.hintLines, fileFlags] })
  }
  // Envoy Gateway's words for a token that it refuses are lost in go-control-plane: the call ends without any. (v1.9.1)
  const isByToken = token !== undefined || withheld.length > 0
  const isRefused = error.code === 'unauthenticated' || (error.code === 'cut-short' && isByToken)
  if (!isRefused) return error
  const next =
    token === undefined
      ? `${withheldText(withheld)}--xds-token-file names a file with a token that the control plane knows the proxy by.`
      : 'The token may be expired, for another audience, or of another pod than the proxy.'
  return new AppError(error.message, { cause: error, code: error.code, hint: [...error.hintLines, next] })
}

/** Headers of the proxy's calls that a saved dump has no more, or that go to no other address than the proxy's own. */
function withheldText(names: readonly string[]): string {
  return names.length === 0 ? '' : `The proxy sends ${names.join(', ')} of its bootstrap, which was not sent here. `
}

/** The proxy's node; under an id of our own where the control plane does not choose by it, nor by the pod of a token. */
function nodeOf({ node, access }: AdsQuery, ofPod: boolean): AdsQuery['node'] {
  return access.nodeId === 'own' && !ofPod ? { ...node, id: `kubectl-proxy-status.${stringOf(node.id) ?? ''}` } : node
}

/**
 * Envoy checks who signed the server's certificate, and its name only where it is configured to; so does this at the end of a port-forward.
 * Without a root certificate there is nothing to check it with: the API server has vouched for the pod.
 */
function tlsOptions({ options, server }: AdsQuery, own: ConnectionOptions, trusted: boolean): ConnectionOptions {
  const { insecure, authority } = options
  const host = authority ?? server.serverName ?? server.host
  const named = /^[\d.]+$|:/.test(host) ? '' : host
  return {
    ...own,
    host,
    servername: named,
    rejectUnauthorized: !insecure && (own.ca !== undefined || !trusted),
    ...(trusted && authority === undefined ? { checkServerIdentity: () => undefined } : {}),
  }
}

function authorityOf({ options, server }: AdsQuery): string {
  const host = options.authority ?? server.serverName ?? server.host
  return `${host.includes(':') ? `[${host}]` : host}:${server.port}`
}

/** What the answer does not show, one line each. */
function notesOf({ kinds, unanswered, strange }: AdsAnswer, missing: ReadonlySet<string>): string[] {
  const absent = [...kinds].flatMap(([kind, sent]) =>
    sent.absent.length === 0
      ? []
      : [`it has no ${kind} of these names, which it refers to itself: ${sent.absent.join(', ')}`],
  )
  return [
    ...unanswered.map((kind) => `it did not answer the question for ${kind}`),
    ...absent,
    ...(strange.length === 0 ? [] : [`it sent what was not asked for, left out: ${strange.join(', ')}`]),
    ...(missing.size === 0
      ? []
      : [`not described in the API this program knows, compared as bytes: ${[...missing].sort().join(', ')}`]),
  ]
}
