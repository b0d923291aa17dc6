import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { hostPort } from '../../envoy/model/ip.ts'
import type { PartialAddress } from '../request.ts'
import type { Headers, HeaderValue } from './http-headers.ts'
import { anyAddress, anyNumber, anyText, type PartialText, partialText, partsOf } from './partial-text.ts'

/** What a format string can take its values from here. */
export interface FormatSource {
  readonly headers: Headers
  /** The client that counts; behind trusted proxies another one than the connection's. */
  readonly client?: PartialAddress
}

type Part = PartialText['parts'][number]

/**
 * Resolves an access log format string as far as the request tells: literals, `%REQ(name?other):length%`, the client's address. What it
 * does not tell is a gap.
 * @param missing what stands for an absent value
 */
export function formatString(text: string, source: FormatSource, missing = '-'): HeaderValue {
  const parts: Part[] = []
  let fact: PartialText['fact'] | undefined
  let end = 0
  for (const match of text.matchAll(commands)) {
    const value = resolved(match, source, missing)
    parts.push(text.slice(end, match.index))
    end = match.index + match[0].length
    if (typeof value !== 'string') fact ??= value.fact
    for (const part of partsOf(value)) parts.push(part)
  }
  parts.push(text.slice(end))
  return fact === undefined ? parts.join('') : partialText(parts, fact)
}

function resolved(
  [command, request, other, length]: RegExpExecArray,
  source: FormatSource,
  missing: string,
): HeaderValue {
  if (command === '%%') return '%'
  if (request !== undefined) return headerValue(source.headers, [request, other], length, missing)
  const { address, port } = source.client ?? {}
  if (command === '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%') return address ?? partialText([anyAddress], 'source')
  if (command === '%DOWNSTREAM_REMOTE_ADDRESS%') {
    if (address === undefined) return partialText([anyText], 'source')
    return port === undefined ? partialText([address, ':', anyNumber], 'source_port') : hostPort(address, port)
  }
  return partialText([anyText], 'generated', true)
}

/** Of a header with several values the first. */
function headerValue(
  headers: Headers,
  names: readonly (string | undefined)[],
  length: string | undefined,
  missing: string,
): HeaderValue {
  const value = names
    .filter((name) => name !== undefined)
    .map((name) => headers.values(name)[0])
    .find((found) => found !== undefined)
  if (value === undefined) return missing
  if (length === undefined) return value
  return typeof value === 'string' ? value.slice(0, Number(length)) : partialText([anyText], value.fact, value.optional)
}

/** The text of a `SubstitutionFormatString`. */
export function formatText(format: JsonObject): string | undefined {
  return stringOf(objectOf(format.text_format_source).inline_string) ?? stringOf(format.text_format)
}

const commands = /%%|%REQ\(([^?)]+)(?:\?([^)]+))?\)(?::(\d+))?%|%[A-Z_]+(?:\([^)]*\))?(?::\d+)?%/g
