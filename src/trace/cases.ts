import {
  isObject,
  type Json,
  type JsonObject,
  numberOf,
  objectOf,
  objectsOf,
  stringOf,
  stringsOf,
} from '../envoy/json.ts'
import { UsageError } from '../errors.ts'
import type { Question } from './question.ts'

/** A request with what it has to come to: a unit test of routing. */
export interface Case {
  readonly name: string
  readonly question: Question
  readonly expect: Expectation
}

/** What a case asks for; each part has to hold for every alternative. */
export interface Expectation {
  readonly outcome?: string
  readonly listener?: string
  readonly virtualHost?: string
  readonly route?: string
  /** A cluster, or the odds of several: `{a: 0.2, b: 0.8}`. */
  readonly cluster?: string | Readonly<Record<string, number>>
  readonly endpoint?: string
  readonly redirect?: string
  readonly responseCode?: number
  readonly path?: string
  readonly host?: string
}

/** A file of cases, in this program's format or Envoy's. */
export type CaseFile =
  | { readonly format: 'cases'; readonly cases: readonly Case[] }
  | { readonly format: 'routerCheck'; readonly items: readonly JsonObject[] }

/**
 * Reads a parsed requests file: `tests` with `request` and `expect`, a bare list of them, or Envoy's router check format (`input` and
 * `validate`). https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/tools/router_check
 * @throws UsageError naming the case that cannot be read
 */
export function readCases(document: Json): CaseFile {
  const items = Array.isArray(document) ? objectsOf(document) : objectsOf(objectOf(document).tests)
  if (items.length === 0) {
    throw new UsageError('the requests file has no cases', {
      hint: "It is a list of {request, expect}, or Envoy's router check format.",
    })
  }
  if (items.every((item) => isObject(item.input))) return { format: 'routerCheck', items }
  return { format: 'cases', cases: items.map(readCase) }
}

/** One case: `{name, request: URL or its parts, expect}`. @throws UsageError */
export function readCase(item: JsonObject, index: number): Case {
  const name = stringOf(item.name) ?? `case ${index + 1}`
  const unknown = Object.keys(item).find((key) => !caseKeys.has(key))
  if (unknown !== undefined) throw new UsageError(`${name}: unknown field ${unknown}`)
  const { request } = item
  if (typeof request === 'string')
    return { name, question: { url: request }, expect: readExpectation(name, item.expect) }
  if (!isObject(request)) throw new UsageError(`${name} has no request`)
  return { name, question: readQuestion(name, request), expect: readExpectation(name, item.expect) }
}

/** What a case may hold; `note` is for its reader. */
const caseKeys = new Set(['name', 'note', 'request', 'expect'])

function readQuestion(name: string, request: JsonObject): Question {
  const unknown = Object.keys(request).find((key) => !questionKeys.has(key))
  if (unknown !== undefined) throw new UsageError(`${name}: unknown field ${unknown} in request`)
  const protocol = stringOf(request.protocol)
  if (protocol !== undefined && protocol !== 'http1' && protocol !== 'http2' && protocol !== 'tcp') {
    throw new UsageError(`${name}: protocol is http1, http2 or tcp, not ${protocol}`)
  }
  return {
    url: stringOf(request.url),
    host: stringOf(request.host),
    port: numberOf(request.port),
    path: stringOf(request.path),
    method: stringOf(request.method),
    headers: readHeaders(name, request.headers),
    protocol,
    sni: stringOf(request.sni),
    alpn: request.alpn === undefined ? undefined : stringsOf(request.alpn),
    tls: request.tls === undefined ? undefined : request.tls === true,
    address: stringOf(request.address),
    source: stringOf(request.source),
    inbound: request.inbound === true,
    mtls: request.mtls === true,
    principal: stringOf(request.principal),
    listener: stringOf(request.listener),
    random: numberOf(request.random),
  }
}

/** `{name: value}`, `{name: [values]}` or a list of `[name, value]`. */
function readHeaders(name: string, headers: Json | undefined): [string, string][] {
  const pairs: [string, Json | undefined][] = Array.isArray(headers)
    ? headers.map((pair) => {
        const [key, value] = Array.isArray(pair) ? pair : []
        if (typeof key !== 'string')
          throw new UsageError(`${name}: headers are {name: value} or a list of [name, value]`)
        return [key, value]
      })
    : Object.entries(objectOf(headers))
  return pairs.flatMap(([key, value]) =>
    (typeof value === 'number' ? [String(value)] : stringsOf(value)).map((text): [string, string] => [key, text]),
  )
}

const questionKeys = new Set([
  'url',
  'host',
  'port',
  'path',
  'method',
  'headers',
  'protocol',
  'sni',
  'alpn',
  'tls',
  'address',
  'source',
  'inbound',
  'mtls',
  'principal',
  'listener',
  'random',
])

function readExpectation(name: string, value: Json | undefined): Expectation {
  const expect = objectOf(value)
  const known = Object.entries(expect).map(([key, wanted]) => {
    const field = expectationFields[key]
    if (field === undefined)
      throw new UsageError(`${name}: unknown expectation ${key}`, {
        hint: `Known are ${Object.keys(expectationFields).join(', ')}.`,
      })
    return [field, field === 'responseCode' ? numberOf(wanted) : wanted]
  })
  return Object.fromEntries(known) as Expectation
}

/** Names in the file, beside the ones Envoy's tool uses for the same. */
const expectationFields: Readonly<Record<string, keyof Expectation>> = {
  outcome: 'outcome',
  listener: 'listener',
  virtual_host: 'virtualHost',
  virtual_host_name: 'virtualHost',
  route: 'route',
  cluster: 'cluster',
  cluster_name: 'cluster',
  endpoint: 'endpoint',
  redirect: 'redirect',
  path_redirect: 'redirect',
  response_code: 'responseCode',
  code_redirect: 'responseCode',
  path: 'path',
  path_rewrite: 'path',
  host: 'host',
  host_rewrite: 'host',
}
