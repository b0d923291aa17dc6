import type { DecodedRequest } from '../matching/http-headers.ts'
import { because } from '../reasons/reason.ts'
import type { FilterAnswer } from './filter-result.ts'

/** The answer to a request whose body is larger than a filter takes, by its content-length; nothing else tells of the body. */
export function bodyBeyond({ headers }: DecodedRequest, max: number | undefined): FilterAnswer | undefined {
  const length = headers.first('content-length')
  if (max === undefined || length === undefined || !/^\d+$/.test(length)) return undefined
  const bytes = Number(length)
  if (bytes <= max) return undefined
  const reason = because('body-too-large', { bytes, max })
  return { kind: 'denied', status: 413, details: 'request_payload_too_large', reason }
}
