import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { hostPort } from '../../envoy/model/ip.ts'
import type { PartialAddress } from '../request.ts'
import type { Headers } from './http-headers.ts'

/** What a format string can take its values from here. */
export interface FormatSource {
  readonly headers: Headers
  readonly remote?: PartialAddress
}

/**
 * Resolves an access log format string as far as the request tells: literals, `%REQ(name?other):length%`, the client's address.
 * Undefined when it uses anything else.
 * @param missing what stands for an absent value
 */
export function formatString(text: string, { headers, remote }: FormatSource, missing = '-'): string | undefined {
  let known = true
  const result = text.replace(commands, (command, request?: string, other?: string, length?: string) => {
    if (command === '%%') return '%'
    if (request !== undefined) {
      const value = headers.first(request) ?? (other === undefined ? undefined : headers.first(other)) ?? missing
      return length === undefined ? value : value.slice(0, Number(length))
    }
    const { address, port } = remote ?? {}
    if (command === '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%' && address !== undefined) return address
    if (command === '%DOWNSTREAM_REMOTE_ADDRESS%' && address !== undefined && port !== undefined)
      return hostPort(address, port)
    known = false
    return command
  })
  return known ? result : undefined
}

/** The text of a `SubstitutionFormatString`. */
export function formatText(format: JsonObject): string | undefined {
  return stringOf(objectOf(format.text_format_source).inline_string) ?? stringOf(format.text_format)
}

const commands = /%%|%REQ\(([^?)]+)(?:\?([^)]+))?\)(?::(\d+))?%|%[A-Z_]+(?:\([^)]*\))?(?::\d+)?%/g
