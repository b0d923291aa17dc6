import { isKnownOtherThing, whatItIs } from '../../envoy/input/identify-document.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { proxyOfClientConfig } from './client-config.ts'
import type { ReportedProxy } from './reported-proxy.ts'
import { proxiesInSyncz } from './syncz.ts'

/** What one replica of a control plane answered. */
export interface ControlPlaneReply {
  /** The pod that answered. */
  readonly istiod: string
  readonly body: Json
}

/**
 * The proxies of a reply in any of its formats: `/debug/syncz` of Istio 1.0 to today, a DiscoveryResponse of `istio.io/debug/syncz`,
 * a CSDS response, or a single member of these.
 * @throws AppError when it is none of them
 */
export function proxiesInReply({ istiod, body }: ControlPlaneReply): ReportedProxy[] {
  const configs = clientConfigs(body)
  if (configs !== undefined) {
    const name = identified(objectOf(body)) ?? istiod
    return configs.map((config) => proxyOfClientConfig(config, name)).filter(({ id }) => id !== '')
  }
  if (isEmpty(body)) return []
  const entries = objectsOf(body).filter(isSyncz)
  if (entries.length > 0) return proxiesInSyncz(entries, istiod)
  throw otherThing(istiod, body)
}

function otherThing(istiod: string, body: Json): AppError {
  const isDump = isObject(body) && body.configs !== undefined
  const is = isDump || isKnownOtherThing(body) ? whatItIs(body) : undefined
  return new AppError(
    `${istiod} did not answer with the status of its proxies${is === undefined ? '' : `: this is ${is}`}`,
    {
      hint: isDump
        ? 'What istiod would send to a proxy is compared with what the proxy has: proxy-status --file ENVOY --control-plane-file FILE'
        : 'That is what istiod answers at /debug/syncz.',
    },
  )
}

function isSyncz({ proxy }: JsonObject): boolean {
  return typeof proxy === 'string'
}

/** A replica without proxies. Over xDS, that is a response without resources. */
function isEmpty(body: Json): boolean {
  if (Array.isArray(body)) return body.length === 0
  const { resources, config, typeUrl, type_url } = objectOf(body)
  return (
    [resources ?? [], config ?? []].every((list) => Array.isArray(list) && list.length === 0) &&
    (typeUrl ?? type_url) !== undefined
  )
}

function clientConfigs(body: Json): readonly JsonObject[] | undefined {
  const list = isObject(body) && !isObject(body.node) ? (body.resources ?? body.config) : body
  const configs = objectsOf(list)
  return configs.length > 0 && configs.every(({ node }) => isObject(node)) ? configs : undefined
}

/** The pod named in the DiscoveryResponse: `controlPlane.identifier` is JSON in a string. */
function identified(response: JsonObject): string | undefined {
  const { identifier } = objectOf(response.controlPlane ?? response.control_plane)
  if (typeof identifier !== 'string') return undefined
  try {
    return stringOf(objectOf(JSON.parse(identifier)).ID)
  } catch {
    return identifier
  }
}
