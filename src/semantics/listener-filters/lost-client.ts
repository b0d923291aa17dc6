import type { Connection } from '../connection.ts'
import { because, type Warning } from '../reasons/reason.ts'
import type { TraceRequest } from '../request.ts'

/** A warning where nothing tells Envoy of the client that the user names beside the peer of the connection. */
export function lostClient({ source, peer, http }: TraceRequest, { isProxied }: Connection): Warning[] {
  if (isProxied || peer?.address === undefined || source?.address === undefined) return []
  const isForwarded = http?.headers.some(([name]) => name.toLowerCase() === 'x-forwarded-for') ?? false
  if (source.address === peer.address || isForwarded) return []
  return [because('client-not-passed-on', { source: source.address, peer: peer.address, isHttp: http !== undefined })]
}
