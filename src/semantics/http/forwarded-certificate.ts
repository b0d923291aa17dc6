import { type JsonObject, objectOf } from '../../envoy/json.ts'
import { presentedCertificate } from '../connection/downstream-tls.ts'
import type { Connection } from '../connection.ts'
import type { HeaderValue } from '../matching/http-headers.ts'
import { anyHash, anyText, joinedText, type PartialText, partialText } from '../matching/partial-text.ts'
import type { ClientCertificate } from '../request.ts'

export interface CertificateFacts {
  readonly connection: Connection
  readonly downstreamTls: JsonObject | undefined
  /** URIs in the certificate that the proxy presents; undefined where the dump does not hold it. */
  readonly ownUris: readonly string[] | undefined
}

/**
 * x-forwarded-client-cert as it goes to the routes: the client's own word, that of this proxy, both or nothing.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-client-cert
 * (ConnectionManagerUtility::mutateXfccRequestHeader)
 * @param sent what the client says
 */
export function forwardedCertificate(
  sent: HeaderValue | undefined,
  connectionManager: JsonObject,
  facts: CertificateFacts,
): HeaderValue | undefined {
  const { forward_client_cert_details: details, set_current_client_cert_details: wanted } = connectionManager
  if (details === 'ALWAYS_FORWARD_ONLY') return sent
  const { presented } = presentedCertificate(facts.connection, facts.downstreamTls)
  if (!presented || details === undefined || details === 'SANITIZE') return undefined
  if (details === 'FORWARD_ONLY') return sent
  const own = elementOf(facts.connection.tls?.certificate ?? {}, objectOf(wanted), facts.ownUris)
  return details === 'APPEND_FORWARD' && sent !== undefined ? joinedText(sent, ',', own) : own
}

type Part = PartialText['parts'][number]

/** `By=URI;` or nothing, where the proxy's own certificate is not known. Its URI has no `=` in it. */
const anyBy: readonly Part[] = [
  { characters: 'By=', samples: ['', 'By=', 'By='] },
  { characters: '\\x{20}-<>-\\x{10FFFF}', samples: ['', 'spiffe://a/b;', 'https://c.test/d;'] },
]

function elementOf(
  { uriSans, dnsSans, subject }: ClientCertificate,
  wanted: JsonObject,
  ownUris: readonly string[] | undefined,
): PartialText {
  const fields: (readonly Part[])[] = [
    ...(ownUris ?? []).map((uri) => [`By=${uri}`]),
    ['Hash=', anyHash],
    ...(wanted.cert === true ? [['Cert="', anyText, '"']] : []),
    ...(wanted.chain === true ? [['Chain="', anyText, '"']] : []),
    ...(wanted.subject === true ? [['Subject="', subject ?? anyText, '"']] : []),
    ...(wanted.uri === true ? namesOf('URI=', uriSans, true) : []),
    ...(wanted.dns === true ? namesOf('DNS=', dnsSans, false) : []),
  ]
  const parts = fields.flatMap((field, place) => [...(place === 0 ? [] : [';']), ...field])
  const names = [
    wanted.subject === true && subject === undefined,
    wanted.uri === true && uriSans === undefined,
    wanted.dns === true && dnsSans === undefined,
  ]
  return partialText(
    [...(ownUris === undefined ? anyBy : []), ...parts],
    names.includes(true) ? 'principal' : 'certificate',
  )
}

/** @param always whether the key stands there without a name as well */
function namesOf(key: string, names: readonly string[] | undefined, always: boolean): (readonly Part[])[] {
  if (names === undefined) return [[key, anyText]]
  return names.length === 0 && always ? [[key]] : names.map((name) => [`${key}${name}`])
}
