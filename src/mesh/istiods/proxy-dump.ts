import { pathSegment } from '../api/path-segment.ts'
import { type Istiod, NotServedError } from '../istiod.ts'
import { type Answers, askAll } from './ask-all.ts'
import { type Connection, connectionsOf } from './connections.ts'

/** What a control plane would send to one proxy. */
export interface ProxyDump {
  readonly istiod: string
  /** The reply to `/debug/config_dump`. */
  readonly dump: Uint8Array
  /** The reply to `/debug/edsz`; undefined when the replica has none. */
  readonly edsz: Uint8Array | undefined
  /** What the dump cannot show. */
  readonly notes: readonly string[]
}

interface Found {
  readonly dump: ProxyDump | undefined
  /** Replicas that did not answer. */
  readonly failures: Answers<unknown>['failures']
}

/**
 * Asks every replica which of them has the proxy, and that one for what it would send. istiod finds proxies by a part of a
 * connection's name, so that `a.default` also finds `data.default`: it is asked by the whole name.
 * @param proxy `POD.NAMESPACE`
 */
export async function readProxyDump(istiods: readonly Istiod[], proxy: string, signal?: AbortSignal): Promise<Found> {
  const { answers, failures } = await askAll(istiods, (istiod) => newestConnection(istiod, proxy, signal))
  const known = answers
    .flatMap(({ istiod, answer }) => (answer === undefined ? [] : [{ istiod, ...answer }]))
    .sort((a, b) => b.since - a.since)
  for (const { istiod, id } of known) {
    // It may have disconnected in between, or never have been there where connections are not known.
    const dump = await dumpFrom(istiod, id, signal).catch((error) => {
      if (error instanceof NotServedError) return unpackedDump(istiod, proxy, signal)
      throw error
    })
    if (dump !== undefined) return { dump, failures }
  }
  return { dump: undefined, failures }
}

async function dumpFrom(istiod: Istiod, id: string, signal?: AbortSignal): Promise<ProxyDump | undefined> {
  const query = `?proxyID=${pathSegment(id)}`
  const [dump, edsz] = await Promise.all([
    istiod.debug(`config_dump${query}`, signal),
    istiod.debug(`edsz${query}`, signal).catch(optional),
  ])
  return dump === undefined ? undefined : { istiod: istiod.name, dump, edsz, notes: [] }
}

/** The descriptors of Envoy's messages are loaded for this alone. */
async function unpackedDump(istiod: Istiod, proxy: string, signal?: AbortSignal): Promise<ProxyDump | undefined> {
  const messages = await istiod.packedDump(proxy, signal)
  if (messages === undefined) return undefined
  const { dumpOfMessages } = await import('../../envoy/protobuf/dump-of-messages.ts')
  const { document, notes } = dumpOfMessages(messages)
  const withoutEndpoints = `${istiod.name} has no debug endpoints (ENABLE_DEBUG_ON_HTTP=false): over xDS it gives all but the endpoints`
  return {
    istiod: istiod.name,
    dump: Buffer.from(JSON.stringify(document)),
    edsz: undefined,
    notes: [withoutEndpoints, ...notes.map((note) => `${istiod.name}: ${note}`)],
  }
}

/** The proxy's newest connection to a replica. A replica too old to tell is asked for the proxy by name. */
async function newestConnection(
  istiod: Istiod,
  proxy: string,
  signal?: AbortSignal,
): Promise<Pick<Connection, 'id' | 'since'> | undefined> {
  const all = await connectionsOf(istiod, signal)
  if (all === undefined) return { id: proxy, since: 0 }
  return all.filter((each) => each.proxy === proxy).sort((x, y) => y.since - x.since)[0]
}

function optional(error: unknown): undefined {
  if (error instanceof NotServedError) return undefined
  throw error
}
