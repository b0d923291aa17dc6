import { readDocument } from '../../envoy/input/read-document.ts'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { type Istiod, NotServedError } from '../istiod.ts'

/** A proxy's connection to a replica. */
export interface Connection {
  readonly id: string
  /** `POD.NAMESPACE` */
  readonly proxy: string
  /** When it was made, in milliseconds since the epoch; 0 where that is not known. */
  readonly since: number
}

/** All connections to a replica; undefined where it is too old to tell. istiod/pilot/pkg/xds/debug.go (AdsClients) */
export async function connectionsOf(istiod: Istiod, signal?: AbortSignal): Promise<readonly Connection[] | undefined> {
  const body = await istiod.debug('connections', signal).catch((error) => {
    if (error instanceof NotServedError) return undefined
    throw error
  })
  if (body === undefined) return undefined
  const { clients } = objectOf(await readDocument(body, `the answer of ${istiod.name}`))
  return objectsOf(clients).map(({ connectionId, connectedAt }) => {
    const id = stringOf(connectionId) ?? ''
    return { id, proxy: id.replace(/-\d+$/, ''), since: Date.parse(stringOf(connectedAt) ?? '') || 0 }
  })
}
