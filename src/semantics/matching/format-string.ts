import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { hostPort } from '../../envoy/model/ip.ts'
import { type Connection, peerFact } from '../connection.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import type { PartialAddress } from '../request.ts'
import type { Headers, HeaderValue } from './http-headers.ts'
import { metadataValue } from './metadata-match.ts'
import { anyAddress, anyNumber, anyText, type PartialText, partialText, partsOf } from './partial-text.ts'
import { isOpen, type StreamState } from './stream-state.ts'

/** What a format string can take its values from here. */
export interface FormatSource {
  /** Absent where there is no request yet. */
  readonly headers?: Pick<Headers, 'values'> | undefined
  /** The client that counts; behind trusted proxies another one than the connection's. */
  readonly client?: PartialAddress | undefined
  readonly connection?: Connection | undefined
  readonly known?: StreamState | undefined
}

type Part = PartialText['parts'][number]

/**
 * Resolves an access log format string as far as request and connection tell: literals, `%REQ(name?other):length%`, addresses, the
 * SNI, dynamic metadata and filter state. What they do not tell is a gap.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#command-operators
 * @param missing what stands for an absent value
 */
export function formatString(text: string, source: FormatSource, missing = '-'): HeaderValue {
  const parts = new Parts()
  let end = 0
  for (const match of text.matchAll(commands)) {
    const [command, name = '', args = '', length] = match
    const value = command === '%%' ? '%' : cut(commandValue(name, args, source) ?? missing, length)
    parts.add(text.slice(end, match.index))
    parts.add(value)
    if (parts.size > maxLength) return generated
    end = match.index + command.length
  }
  parts.add(text.slice(end))
  return parts.value()
}

/** Texts and gaps one after the other. Texts are joined as they come: only then do they share what they are made of. */
class Parts {
  /** Characters, of a gap as many as a long name has. */
  size = 0
  readonly #before: Part[] = []
  #text = ''
  #fact: PartialText['fact'] | undefined

  add(value: HeaderValue): void {
    if (typeof value !== 'string') this.#fact ??= value.fact
    for (const part of partsOf(value)) {
      this.size += typeof part === 'string' ? part.length : 1024
      if (typeof part === 'string') this.#text += part
      else {
        this.#before.push(this.#text, part)
        this.#text = ''
      }
    }
  }

  value(): HeaderValue {
    return this.#fact === undefined ? this.#text : partialText([...this.#before, this.#text], this.#fact)
  }
}

/** The text of a `SubstitutionFormatString`. */
export function formatText(format: JsonObject): string | undefined {
  return stringOf(objectOf(format.text_format_source).inline_string) ?? stringOf(format.text_format)
}

/**
 * Characters of a text that is followed: a format that holds a header twice doubles it, and a list of them would fill all memory. Envoy
 * accepts 60 KiB of headers.
 */
const maxLength = 2 ** 16

const commands = /%%|%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::(\d+))?%/g

function cut(value: HeaderValue, most: string | undefined): HeaderValue {
  if (most === undefined) return value
  return typeof value === 'string' ? value.slice(0, Number(most)) : partialText([anyText], value.fact, value.optional)
}

/** Undefined where there is no such value. */
function commandValue(command: string, args: string, source: FormatSource): HeaderValue | undefined {
  const { connection, client = connection?.remote } = source
  if (command === 'REQ' || command === 'REQUEST_HEADER') return headerValue(args, source.headers)
  if (command === 'DYNAMIC_METADATA') return metadataText(args, source.known)
  if (command === 'FILTER_STATE') return filterStateText(args, source.known)
  if (command === 'REQUESTED_SERVER_NAME' && connection !== undefined)
    return connection.sniUnknown ? partialText([anyText], 'sni', true) : connection.sni || undefined
  const [, side, part = ''] =
    /^DOWNSTREAM_(REMOTE|DIRECT_REMOTE|LOCAL)_(ADDRESS|ADDRESS_WITHOUT_PORT|PORT)$/.exec(command) ?? []
  if (side === 'REMOTE') return addressText(client, part, 'source')
  if (side === 'DIRECT_REMOTE' && connection !== undefined)
    return addressText(connection.directRemote, part, peerFact(connection))
  return side === 'LOCAL' && connection !== undefined ? addressText(connection.local, part, 'address') : generated
}

/** What Envoy makes itself, or what is not followed here. */
const generated = partialText([anyText], 'generated', true)

/** `NAME?OTHER`: of a header with several values the first. */
function headerValue(args: string, headers: FormatSource['headers']): HeaderValue | undefined {
  return args
    .split('?')
    .map((name) => headers?.values(name)[0])
    .find((value) => value !== undefined)
}

function addressText(from: PartialAddress | undefined, part: string, fact: 'source' | 'peer' | 'address'): HeaderValue {
  const { address, port } = from ?? {}
  const portFact: UnknownFact = fact === 'source' ? 'source_port' : 'address'
  const portText = port === undefined ? partialText([anyNumber], portFact) : String(port)
  if (part === 'PORT') return portText
  if (address === undefined) return partialText([part === 'ADDRESS' ? anyText : anyAddress], fact)
  if (part === 'ADDRESS_WITHOUT_PORT') return address
  return port === undefined ? partialText([address, ':', anyNumber], portFact) : hostPort(address, port)
}

/** `NAMESPACE:KEY:KEY`. Only texts are known; how Envoy writes other values is not followed. */
function metadataText(args: string, known: StreamState | undefined): HeaderValue | undefined {
  const [namespace = '', ...keys] = args.split(':')
  const path = keys.map((key) => ({ key }))
  const value = metadataValue(known?.dynamicMetadata ?? {}, { key: namespace, path })
  if (value === undefined)
    return known === undefined || isOpen(known, { namespace, key: keys[0] }) ? generated : undefined
  return typeof value === 'string' ? value : generated
}

/** `KEY:PLAIN`; without PLAIN the value stands in quotes. Filter state of Envoy's own making is not known. */
function filterStateText(args: string, known: StreamState | undefined): HeaderValue {
  const [key = '', form] = args.split(':')
  const value =
    known?.filterState !== undefined && Object.hasOwn(known.filterState, key) ? known.filterState[key] : undefined
  if (value === undefined) return generated
  return form === 'PLAIN' ? value : JSON.stringify(value)
}
