import { latestEnvoy } from '../../envoy/dump/version.ts'
import { UnknownValue } from '../outcome.ts'
import { because } from '../reasons/reason.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import type { HttpRequest, PartialAddress } from '../request.ts'
import { ChangingValues } from './changing-values.ts'
import { isInline } from './inline-headers.ts'
import { joinedText, type PartialText } from './partial-text.ts'

/** A value of a header, as far as it is known. */
export type HeaderValue = string | PartialText

/** The request's headers as the router sees them. */
export interface Headers {
  /** Envoy's version, for rules of matching that changed: `major * 1000 + minor`. */
  readonly envoy: number
  /** Every value of a name, known or not. */
  values(name: string): readonly HeaderValue[]
  /** All values of a name. @throws UnknownValue where one is not known */
  all(name: string): readonly string[]
  /** All values of a name joined with a comma, without a space. @throws UnknownValue where one is not known */
  get(name: string): string | undefined
  /** @throws UnknownValue where it is not known */
  first(name: string): string | undefined
  /** What has to be known to tell whether the header is there, and its value; undefined for a header that is known. */
  unknown(name: string): UnknownFact | undefined
  /** The same headers with these values of a name. */
  with(name: string, values: readonly HeaderValue[]): Headers
}

/** The request after the connection manager has put it in order; path, authority and scheme can be read as pseudo headers. */
export interface DecodedRequest {
  readonly method: string
  /** With query. Undefined for CONNECT without a path. */
  readonly path: string | undefined
  /** Undefined when it is not known: `authorityOf` reads it. */
  readonly authority: string | undefined
  readonly scheme: string
  readonly forwardedProto: string
  /** Whether it counts as one from inside; undefined when that depends on a client's address that is not known. */
  readonly internal: boolean | undefined
  /** The client that counts for policies and logs: behind trusted proxies another one than the connection's. */
  readonly client: PartialAddress
  readonly headers: Headers
}

/**
 * Envoy's header map keeps Host as `:authority`, under both names.
 * @param pseudo `:method` and the like; an undefined value means that the header is absent
 */
export function headersOf(
  headers: HttpRequest['headers'],
  pseudo: Readonly<Record<string, string | undefined>>,
  envoy = latestEnvoy,
): Headers {
  const values = new Map<string, readonly HeaderValue[]>()
  for (const [key, sent] of Map.groupBy(headers, ([name]) => canonicalName(name))) {
    const all = sent.map(([, value]) => value)
    values.set(key, inlined(key, all))
  }
  for (const [name, value] of Object.entries(pseudo)) if (value !== undefined) values.set(canonicalName(name), [value])
  return headersIn(new ChangingValues(values), envoy)
}

/** Headers of the given values by name. */
export function headersFrom(named: ReadonlyMap<string, readonly HeaderValue[]>, envoy = latestEnvoy): Headers {
  return headersIn(
    new ChangingValues(new Map([...named].map(([name, values]) => [canonicalName(name), values]))),
    envoy,
  )
}

/** In lower case; Host is `:authority`. */
export function canonicalName(name: string): string {
  const key = name.toLowerCase()
  return key === 'host' ? ':authority' : key
}

/** Envoy keeps some headers as one value, whatever number is sent; empty ones add nothing. */
function inlined(key: string, values: readonly HeaderValue[]): readonly HeaderValue[] {
  if (values.length < 2 || !isInline(key)) return values
  const filled = values.filter((value) => value !== '')
  return filled.length === 0 ? [''] : [filled.reduce((before, value) => joinedText(before, ',', value))]
}

/** The request with one header set to one value or several, or taken away. */
export function withHeader(
  request: DecodedRequest,
  name: string,
  value: HeaderValue | readonly HeaderValue[] | undefined,
): DecodedRequest {
  const key = canonicalName(name)
  const values = value === undefined ? [] : Array.isArray(value) ? (value as HeaderValue[]) : [value as HeaderValue]
  const [first] = values
  return {
    ...request,
    ...(key === ':path' && typeof first === 'string' ? { path: first } : {}),
    ...(key === ':authority' && first !== undefined
      ? { authority: typeof first === 'string' ? first : undefined }
      : {}),
    ...(key === 'x-forwarded-proto' && typeof first === 'string' ? { forwardedProto: first } : {}),
    headers: request.headers.with(key, values),
  }
}

/** The host that the request names. @throws UnknownValue where it is not known */
export function authorityOf({ authority, headers }: DecodedRequest): string {
  return authority ?? headers.first(':authority') ?? ''
}

function headersIn(held: ChangingValues<readonly HeaderValue[]>, envoy: number): Headers {
  const values = (name: string): readonly HeaderValue[] => held.get(canonicalName(name)) ?? []
  const all = (name: string): string[] =>
    values(name).map((value) => (typeof value === 'string' ? value : notKnown(name, value)))
  return {
    envoy,
    values,
    all,
    with: (name, next) => {
      const key = canonicalName(name)
      return headersIn(held.with(key, inlined(key, next)), envoy)
    },
    first: (name) => {
      const [value] = values(name)
      return value === undefined || typeof value === 'string' ? value : notKnown(name, value)
    },
    get: (name) => {
      const known = all(name)
      return known.length === 0 ? undefined : known.join(',')
    },
    unknown: (name) => values(name).find((value) => typeof value !== 'string')?.fact,
  }
}

/** What looks at a value that is not known cannot go on. @throws UnknownValue always */
function notKnown(header: string, { fact }: PartialText): never {
  throw new UnknownValue('header_unknown', because('header-unknown', { header, unknown: [fact] }))
}
