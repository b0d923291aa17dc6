import { latestEnvoy } from '../../envoy/dump/version.ts'
import type { HttpRequest } from '../request.ts'

/** The request's headers as the router sees them. */
export interface Headers {
  /** Envoy's version, for rules of matching that changed: `major * 1000 + minor`. */
  readonly envoy: number
  /** All values of a name joined with a comma, without a space. */
  get(name: string): string | undefined
  first(name: string): string | undefined
  all(name: string): readonly string[]
}

/** The request after the connection manager has put it in order; path, authority and scheme can be read as pseudo headers. */
export interface DecodedRequest {
  readonly method: string
  /** With query. Undefined for CONNECT without a path. */
  readonly path: string | undefined
  readonly authority: string
  readonly scheme: string
  readonly forwardedProto: string
  readonly internal: boolean
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
  const all = (name: string): string[] => {
    const own = pseudo[canonicalName(name)]
    if (own !== undefined) return [own]
    const key = name.toLowerCase()
    return headers.filter(([header]) => header.toLowerCase() === key).map(([, value]) => value)
  }
  return headersFrom(all, envoy)
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
    headers: headersFrom(all, headers.envoy),
  }
}

/** Headers over a look-up of all values of a name, in any case. */
export function headersFrom(all: (name: string) => readonly string[], envoy = latestEnvoy): Headers {
  return {
    envoy,
    all,
    first: (name) => all(name)[0],
    get: (name) => {
      const values = all(name)
      return values.length === 0 ? undefined : values.join(',')
    },
  }
}
