import type { LoggedRequest } from './logged-request.ts'

/** A format that lines of an access log have, compiled. */
export interface LineFormat {
  /** Where it comes from, in words: `access_log of listener x`, `Envoy's default format`. */
  readonly name: string
  /** Of the fields that this program reads, those that a line can have. */
  readonly fields: readonly string[]
  /** Undefined for a line that does not have this format. */
  read(line: string): LoggedRequest | undefined
}
