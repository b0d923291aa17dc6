import { latestEnvoy } from '../../envoy/dump/version.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import type { HttpRequest } from '../request.ts'

/** The request's headers as the router sees them. */
export interface Headers {
  /** Envoy's version, for rules of matching that changed: `major * 1000 + minor`. */
  readonly envoy: number
  /** All values of a name joined with a comma, without a space. */
  get(name: string): string | undefined
  first(name: string): string | undefined
  all(name: string): readonly string[]
  /** What has to be known to tell whether the header is there, and its value; undefined for a header that is known. */
  unknown(name: string): UnknownFact | undefined
}

/** The request after the connection manager has put it in order; path, authority and scheme can be read as pseudo headers. */
export interface DecodedRequest {
  readonly method: string
  /** With query. Undefined for CONNECT without a path. */
  readonly path: string | undefined
  readonly authority: string
  readonly scheme: string
  readonly forwardedProto: string
  /** Whether it counts as one from inside; undefined when that depends on a client's address that is not known. */
  readonly internal: boolean | undefined
  readonly headers: Headers
}

/**
 * Envoy's header map keeps Host as `:authority`, under both names.
 * @param pseudo `:method` and the like; an undefined value means that the header is absent
 * @param unknown headers in lower case that depend on a client's address that is not known
 */
export function headersOf(
  headers: HttpRequest['headers'],
  pseudo: Readonly<Record<string, string | undefined>>,
  envoy = latestEnvoy,
  unknown: ReadonlySet<string> = new Set(),
): Headers {
  const all = (name: string): string[] => {
    const own = pseudo[canonicalName(name)]
    if (own !== undefined) return [own]
    const key = name.toLowerCase()
    return headers.filter(([header]) => header.toLowerCase() === key).map(([, value]) => value)
  }
  return headersFrom(all, envoy, (name) => (unknown.has(name.toLowerCase()) ? 'source' : undefined))
}

/** In lower case; Host is `:authority`. */
function canonicalName(name: string): string {
  const key = name.toLowerCase()
  return key === 'host' ? ':authority' : key
}

/** The request with one header set to one value or several, or taken away. */
export function withHeader(
  request: DecodedRequest,
  name: string,
  value: string | readonly string[] | undefined,
): DecodedRequest {
  const key = canonicalName(name)
  const { headers } = request
  const values = value === undefined ? [] : typeof value === 'string' ? [value] : value
  const all = (asked: string): readonly string[] => {
    if (canonicalName(asked) !== key) return headers.all(asked)
    return values
  }
  const [first] = values
  return {
    ...request,
    ...(key === ':path' && first !== undefined ? { path: first } : {}),
    ...(key === ':authority' && first !== undefined ? { authority: first } : {}),
    headers: headersFrom(all, headers.envoy, (asked) =>
      asked.toLowerCase() === key ? undefined : headers.unknown(asked),
    ),
  }
}

/** Headers over a look-up of all values of a name, in any case. */
export function headersFrom(
  all: (name: string) => readonly string[],
  envoy = latestEnvoy,
  unknown: Headers['unknown'] = () => undefined,
): Headers {
  return {
    envoy,
    all,
    unknown,
    first: (name) => all(name)[0],
    get: (name) => {
      const values = all(name)
      return values.length === 0 ? undefined : values.join(',')
    },
  }
}
