import { type JsonObject, stringOf } from '../../envoy/json.ts'
import { type Connection, isLocalSource, peerFact } from '../connection.ts'
import { type ExtensionType, extensionLookup } from '../extensions/extension-registry.ts'
import { because } from '../reasons/reason.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import type { ClientCertificate } from '../request.ts'
import type { DecodedRequest } from './http-headers.ts'
import type { MatcherInput, MatcherValue, Undecided } from './matcher-tree.ts'
import { queryOf } from './query-match.ts'

/** What matchers can look at. */
export interface MatcherFacts {
  readonly connection: Connection
  /** The client's certificate as far as Envoy asked for it. */
  readonly certificate?: ClientCertificate | undefined
  /** Absent where a connection is matched. */
  readonly request?: DecodedRequest | undefined
}

interface InputType extends ExtensionType {
  /** @returns undefined when the request has no such value, `undecided` when it is not known */
  readonly read: (facts: MatcherFacts, config: JsonObject) => MatcherValue
}

const network = (message: string): string[] => [`envoy.extensions.matching.common_inputs.network.v3.${message}`]
const ssl = (message: string): string[] => [`envoy.extensions.matching.common_inputs.ssl.v3.${message}`]

/** Every input of a matcher whose value is known here. A new one is a row. */
const inputTypes: readonly InputType[] = [
  {
    types: network('DestinationIPInput'),
    names: [],
    read: ({ connection: { local } }) => (local === undefined ? undefined : (local.address ?? unknown('address'))),
  },
  {
    types: network('DestinationPortInput'),
    names: [],
    read: ({ connection: { local } }) => (local === undefined ? undefined : String(local.port)),
  },
  {
    types: network('SourceIPInput'),
    names: [],
    read: ({ connection, request }) => (request?.client ?? connection.remote).address ?? unknown('source'),
  },
  {
    types: network('SourcePortInput'),
    names: [],
    read: ({ connection, request }) => {
      const { port } = request?.client ?? connection.remote
      return port === undefined ? unknown('source_port') : String(port)
    },
  },
  {
    types: network('DirectSourceIPInput'),
    names: [],
    read: ({ connection }) => connection.directRemote.address ?? unknown(peerFact(connection)),
  },
  { types: network('SourceTypeInput'), names: [], read: ({ connection }) => sourceType(connection) },
  {
    types: network('ServerNameInput'),
    names: [],
    read: ({ connection }) => (connection.sniUnknown ? unknown('sni') : connection.sni || undefined),
  },
  { types: network('TransportProtocolInput'), names: [], read: ({ connection }) => connection.transport },
  {
    types: network('ApplicationProtocolInput'),
    names: [],
    read: ({ connection: { alpn } }) =>
      alpn.length === 0 ? undefined : alpn.map((protocol) => `'${protocol}'`).join(','),
  },
  {
    types: ssl('UriSanInput'),
    names: [],
    read: ({ certificate }) => nameIn(certificate, certificate?.uriSans?.join(',')),
  },
  {
    types: ssl('DnsSanInput'),
    names: [],
    read: ({ certificate }) => nameIn(certificate, certificate?.dnsSans?.join(',')),
  },
  { types: ssl('SubjectInput'), names: [], read: ({ certificate }) => nameIn(certificate, certificate?.subject) },
  {
    types: ['envoy.type.matcher.v3.HttpRequestHeaderMatchInput'],
    names: [],
    read: ({ request }, { header_name: name }) => headerValue(request, stringOf(name) ?? ''),
  },
  {
    types: ['envoy.type.matcher.v3.HttpRequestQueryParamMatchInput'],
    names: [],
    read: ({ request }, { query_param: name }) => queryOf(request?.path ?? '').get(stringOf(name) ?? ''),
  },
]

const typeOf = extensionLookup(inputTypes)

/** Reads the inputs of a matcher from these facts; an input that is not listed is undecided. */
export function inputsFrom(facts: MatcherFacts): MatcherInput {
  return (input) => {
    const found = typeOf(input)
    if (found === undefined) return { undecided: because('matcher-input-unknown', { input: input.message }) }
    return found.read(facts, input.config)
  }
}

function sourceType(connection: Connection): MatcherValue {
  const isLocal = isLocalSource(connection)
  if (typeof isLocal === 'string') return unknown(isLocal)
  return isLocal ? 'local' : undefined
}

function headerValue(request: DecodedRequest | undefined, name: string): MatcherValue {
  const fact = request?.headers.unknown(name)
  return fact === undefined ? request?.headers.get(name) : unknown(fact)
}

/** A name in the client's certificate; not known where the user only says that there is one. */
function nameIn(certificate: ClientCertificate | undefined, name: string | undefined): MatcherValue {
  return certificate === undefined ? undefined : (name ?? unknown('principal'))
}

function unknown(fact: UnknownFact): Undecided {
  return { undecided: because('depends-on-unknown', { unknown: [fact] }) }
}
