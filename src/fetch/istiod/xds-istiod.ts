import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { objectOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { firstLine, type Istiod, knowsNot, NotServedError } from '../../mesh/istiod.ts'
import { secured } from '../xds/secured.ts'
import { readClientConfig } from './client-config.ts'
import { type DiscoveryResponse, discover } from './discovery.ts'

/** How a control plane's xDS port is spoken to. */
export interface XdsAccess {
  /** No TLS, and so no token either. */
  readonly plaintext: boolean
  readonly tls: ConnectionOptions
  /** Host and port that the request names. */
  readonly authority: string
  /** Of the identity that asks. */
  readonly namespace: string
  /** Undefined where a client certificate says who asks. */
  token(signal?: AbortSignal): Promise<string | undefined>
  /** Milliseconds for one question. */
  readonly limit: number
  /** Most bytes of one answer. */
  readonly maxSize: number
}

/**
 * A replica that is asked over xDS: what istioctl does, and the only way where `ENABLE_DEBUG_ON_HTTP=false`.
 * https://github.com/istio/istio/blob/master/pilot/pkg/xds/debuggen.go, statusgen.go
 * @param open gives a new connection to the xDS port
 */
export function xdsIstiod(name: string, open: (signal?: AbortSignal) => Promise<Duplex>, access: XdsAccess): Istiod {
  const { plaintext, authority, namespace, limit, maxSize } = access
  async function ask(typeUrl: string, names: readonly string[], signal?: AbortSignal): Promise<DiscoveryResponse> {
    // The connection, TLS on it and the call each may hang: all of it has one end.
    const deadline = AbortSignal.timeout(limit)
    const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
    let plain: Duplex | undefined
    try {
      plain = await open(stop)
      const stream = plaintext ? plain : await secured(plain, { options: access.tls, label: name, hint, signal: stop })
      const token = plaintext ? undefined : await access.token(stop)
      const call = { stream, secure: !plaintext, authority, token, label: name, limit, maxSize, signal: stop }
      return await discover({ typeUrl, names, namespace }, call)
    } catch (error) {
      signal?.throwIfAborted()
      if (!deadline.aborted) throw error
      throw new AppError(`${name} did not answer within ${limit / 1000} s`, { cause: error, code: 'timeout' })
    } finally {
      plain?.destroy()
    }
  }
  async function packedDump(proxy: string, signal?: AbortSignal): Promise<DiscoveryResponse['resources'] | undefined> {
    const { resources: clients } = await ask('istio.io/debug/syncz', [], signal)
    const ids = clients.map(({ value }) => stringOf(objectOf(readClientConfig(value).node).id) ?? '')
    const part = unmistakablePart(proxy, ids, name)
    const { resources } = part === undefined ? none : await ask('istio.io/debug/config_dump', [part], signal)
    return resources.length === 0 ? undefined : resources
  }
  return {
    name,
    packedDump,
    async syncz(signal) {
      const { resources, identifier } = await ask('istio.io/debug/syncz', [], signal)
      return {
        typeUrl: 'istio.io/debug/syncz',
        resources: resources.map(({ value }) => readClientConfig(value)),
        ...(identifier === '' ? {} : { controlPlane: { identifier } }),
      }
    },
    async debug(path, signal) {
      const { resources } = await ask('istio.io/debug', [path], signal)
      const [body] = resources
      if (body === undefined || knowsNot(body.value)) return undefined
      const line = firstLine(body.value)
      if (/^[[{]/.test(line)) return body.value
      throw new NotServedError(`${name} answered ${JSON.stringify(line)} to debug/${path.split('?')[0]}`)
    },
  }
}

const hint =
  'Is this the secured xDS port? --cert-dir holds the root certificate to trust, --authority the name in its certificate, --plaintext does without TLS.'

const none: Pick<DiscoveryResponse, 'resources'> = { resources: [] }

/**
 * What to ask a replica for that looks for connections with a part of their name, `POD.NAMESPACE-NUMBER`.
 * @param ids of the proxies that it knows; some, without Istio's metadata, it does not tell
 * @returns undefined when the part would only find others
 * @throws AppError when it would find others as well
 */
function unmistakablePart(proxy: string, ids: readonly string[], label: string): string | undefined {
  const others = ids.filter((id) => id !== proxy && id.includes(proxy))
  if (others.length === 0) return proxy
  if (!ids.includes(proxy)) return undefined
  const [other] = others.filter((id) => id.endsWith(proxy))
  if (other === undefined) return `${proxy}-`
  throw new AppError(
    `${label} cannot tell "${proxy}" from "${other}" over xDS: it finds proxies by a part of their name`,
    {
      hint: "istiod's debug endpoints can (ENABLE_DEBUG_ON_HTTP=true).",
    },
  )
}
