import { isObject, type Json, type JsonObject, numberOf, stringsOf } from '../../../envoy/json.ts'
import { requirePort } from '../../../envoy/require-port.ts'
import { UsageError } from '../../../errors.ts'
import { claimsOf } from '../../../walk/request/claims.ts'
import { type RequestSpec, requestProtocol, requestProtocols } from '../../../walk/request/request-spec.ts'
import { quoted } from './quoted.ts'

/** The parts of a case's request. @throws UsageError for what is unknown or of another type */
export function readRequestSpec(request: JsonObject): RequestSpec {
  const text = (key: string): string | undefined => typed(request, key, 'text', (value) => scalarText(value))
  const number = (key: string): number | undefined => typed(request, key, 'a number', numberOf)
  const port = (key: string): number | undefined => {
    const found = number(key)
    if (found !== undefined) requirePort(found)
    return found
  }
  const flag = (key: string): boolean | undefined =>
    typed(request, key, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined))
  const asked = text('protocol')
  const protocol = requestProtocol(asked)
  if (asked !== undefined && protocol === undefined)
    throw new UsageError(`protocol is ${requestProtocols.join(', ')}, not ${asked}`)
  const spec: RequestSpec = {
    url: text('url'),
    host: text('host'),
    port: number('port'),
    path: text('path'),
    method: text('method'),
    headers: readHeaders(request.headers),
    protocol,
    sni: text('sni'),
    alpn: typed(request, 'alpn', 'a list of texts', textsOf),
    tls: flag('tls'),
    address: text('address'),
    source: text('source'),
    peer: text('peer'),
    inbound: flag('inbound'),
    mtls: flag('mtls'),
    principal: text('principal'),
    claims: claimsOf(request.claims),
    tokenFile: text('token_file'),
    redirected: flag('redirected'),
    capturePort: port('capture_port'),
    targetPort: port('target_port'),
    listener: text('listener'),
    random: number('random'),
  }
  if (spec.claims !== undefined && spec.tokenFile !== undefined)
    throw new UsageError('claims and token_file in request both say what the token is: one is enough')
  const known = new Set(Object.keys(spec).map(inSnakeCase))
  const unknown = Object.keys(request).find((key) => !known.has(key))
  if (unknown !== undefined) throw new UsageError(`unknown field ${unknown} in request`)
  return spec
}

/** `tokenFile` as `token_file`. */
function inSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** A field that is absent or null says nothing. */
function typed<T>(request: JsonObject, key: string, type: string, read: (value: Json) => T | undefined): T | undefined {
  const value = request[key]
  if (value === undefined || value === null) return undefined
  const found = read(value)
  if (found === undefined) throw new UsageError(`${key} in request is ${type}, not ${quoted(value)}`)
  return found
}

/** YAML takes `1.0` and `true` for something else than text. */
function scalarText(value: Json): string | undefined {
  return isObject(value) || Array.isArray(value) || value === null ? undefined : String(value)
}

function textsOf(value: Json): readonly string[] | undefined {
  const texts = stringsOf(value)
  return texts.length === (Array.isArray(value) ? value.length : 1) ? texts : undefined
}

/** `{name: value}`, `{name: [values]}` or a list of `[name, value]`. */
function readHeaders(headers: Json | undefined): [string, string][] {
  const pairs = Array.isArray(headers) ? headers : Object.entries(isObject(headers) ? headers : {})
  if (headers !== undefined && headers !== null && typeof headers !== 'object') badHeaders()
  return pairs.flatMap((pair): [string, string][] => {
    const [key, value = null] = Array.isArray(pair) ? pair : []
    if (typeof key !== 'string') return badHeaders()
    return (Array.isArray(value) ? value : [value]).map((one) => [key, scalarText(one) ?? badHeaders()])
  })
}

function badHeaders(): never {
  throw new UsageError('headers are {name: value} or a list of [name, value]')
}
