import type { DecodedRequest } from '../matching/http-headers.ts'

/** A browser's question whether it may send a request across origins. */
export function isPreflight({ method, headers }: DecodedRequest): boolean {
  const asked = headers.first('access-control-request-method')
  return method === 'OPTIONS' && Boolean(headers.first('origin')) && Boolean(asked)
}
