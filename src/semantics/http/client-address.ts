import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { httpStatusCode } from '../../envoy/model/http-status.ts'
import { cidrContains, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { Headers } from '../matching/http-headers.ts'
import { endWith, RequestEnd } from '../outcome.ts'
import { because } from '../reasons/reason.ts'
import type { PartialAddress } from '../request.ts'

/** The client that counts behind proxies, and what follows from how it was found. */
export interface ClientAddress {
  readonly client: PartialAddress
  /** Whether it can make the request count as one from inside. */
  readonly mayBeInternal: boolean
  /** Whether the peer's address is added to x-forwarded-for. */
  readonly appendsPeer: boolean
}

/** What a detection extension found. */
interface Detected {
  readonly address: string | undefined
  readonly mayBeInternal: boolean
  readonly skipsAppend: boolean
}

const notFound = { address: undefined, mayBeInternal: false }

/**
 * The trusted client address, from x-forwarded-for, another header, or the peer.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-for
 * (ConnectionManagerUtility::mutateRequestHeaders)
 * @param headers as they are before anything is added to them
 * @returns the end when an extension rejects a request without an address
 */
export function clientAddress(
  connectionManager: JsonObject,
  headers: Headers,
  peer: PartialAddress,
): ClientAddress | RequestEnd {
  const hops = numberOf(connectionManager.xff_num_trusted_hops) ?? 0
  if (connectionManager.use_remote_address === true) {
    const { address } = hops > 0 ? lastAddress(headers, hops - 1) : notFound
    return {
      client: address === undefined ? peer : { address, port: 0 },
      mayBeInternal: headers.values('x-forwarded-for').length === 0,
      appendsPeer: connectionManager.skip_xff_append !== true,
    }
  }
  const extensions = objectsOf(connectionManager.original_ip_detection_extensions).map(typedConfig)
  let appendsPeer = false
  for (const { message, config } of extensions.length > 0
    ? extensions
    : [{ message: 'XffConfig', config: { xff_num_trusted_hops: hops } }]) {
    const found = message === 'XffConfig' ? byForwardedFor(config, headers, peer) : byHeader(config, headers)
    if (found instanceof RequestEnd) return found
    appendsPeer ||= !found.skipsAppend
    if (found.address !== undefined)
      return { client: { address: found.address, port: 0 }, mayBeInternal: found.mayBeInternal, appendsPeer }
  }
  return { client: peer, mayBeInternal: false, appendsPeer }
}

/** `envoy.extensions.http.original_ip_detection.xff.v3.XffConfig` */
function byForwardedFor(config: JsonObject, headers: Headers, peer: PartialAddress): Detected {
  const skipsAppend = config.skip_xff_append !== false
  const cidrs = objectsOf(objectOf(config.xff_trusted_cidrs).cidrs)
  if (cidrs.length === 0) return { ...lastAddress(headers, numberOf(config.xff_num_trusted_hops) ?? 0), skipsAppend }
  return isTrusted(peer.address, cidrs)
    ? { ...lastUntrusted(headers, cidrs), skipsAppend }
    : { ...notFound, skipsAppend }
}

/** `envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig` */
function byHeader(config: JsonObject, headers: Headers): Detected | RequestEnd {
  const address = addressIn(headers.first(stringOf(config.header_name) ?? '') ?? '')
  if (address === undefined && config.reject_with_status !== undefined) {
    const code = httpStatusCode(config.reject_with_status) ?? 0
    const reason = because('client-address-missing', { header: stringOf(config.header_name) ?? '' })
    const status = code >= 400 ? code : 403
    return endWith({ kind: 'denied', status, details: 'rejecting_because_detection_failed', reason })
  }
  return { address, mayBeInternal: config.allow_extension_to_set_address_as_trusted === true, skipsAppend: true }
}

/** The last address of x-forwarded-for after so many trusted ones. (Http::Utility::getLastAddressFromXFF) */
function lastAddress(headers: Headers, trusted: number): Omit<Detected, 'skipsAppend'> {
  const parts = forwardedFor(headers)
  const last = parts.at(-1 - trusted)
  // After a comma at the end Envoy looks at all that is left of it.
  const text = last === '' && parts.length - trusted > 1 ? undefined : last
  const address = text === undefined ? undefined : addressIn(text)
  return { address, mayBeInternal: parts.length === 1 && trusted === 0 }
}

/** The last address that is no trusted proxy's, or else the first. (Http::Utility::getLastNonTrustedAddressFromXFF) */
function lastUntrusted(headers: Headers, cidrs: readonly JsonObject[]): Omit<Detected, 'skipsAppend'> {
  const parts = forwardedFor(headers)
  for (const [place, part] of [...parts.entries()].reverse()) {
    const address = addressIn(part)
    if (address === undefined) return notFound
    if (place === 0 || !isTrusted(address, cidrs)) return { address, mayBeInternal: parts.length === 1 }
  }
  return notFound
}

function forwardedFor(headers: Headers): string[] {
  const value = headers.get('x-forwarded-for')
  return value === undefined ? [] : value.split(',').map((part) => part.trim())
}

function isTrusted(address: string | undefined, cidrs: readonly JsonObject[]): boolean {
  const ip = address === undefined ? undefined : parseIp(address)
  return ip !== undefined && cidrs.map(parseCidr).some((cidr) => cidr !== undefined && cidrContains(cidr, ip))
}

/** An address as inet_pton reads it: no leading zeros, no port; a zone is a number. */
function addressIn(text: string): string | undefined {
  const wellFormed = text.includes(':') ? !/%(?!\d+$)/.test(text) : !/(?:^|\.)0\d/.test(text)
  return wellFormed && parseIp(text) !== undefined ? text : undefined
}
