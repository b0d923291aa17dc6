import { anything, flag, integer, listOf, mapOf, number, oneOf, record, text } from '../../../schema/json-schema.ts'

const texts = listOf(text)

/** The request of a trace as documents have it. */
export const requestSchema = record(
  {
    destination: {
      ...record({ port: integer }, { address: text, unlisted: flag }),
      description: 'Without the address where it is not known',
    },
    protocol: oneOf('http1', 'http2', 'tcp'),
  },
  {
    redirect: { ...integer, description: 'Port that iptables redirects the connection to' },
    exemption: {
      ...record({ rule: oneOf('istio', 'osm', 'annotation', 'loopback'), leaves: flag }, { annotation: text }),
      description: 'Why iptables does not redirect the connection, where it redirects others',
    },
    listener: text,
    source: record({}, { address: text, port: integer }),
    peer: { ...record({}, { address: text, port: integer }), description: 'Where the connection comes from' },
    frontend: {
      ...record({ port: integer }, { address: text }),
      description: 'What the client itself connects to, should a load balancer in between name it in a PROXY header',
    },
    tls: record(
      {},
      {
        sni: text,
        sniUnknown: flag,
        alpn: texts,
        certificate: record({}, { uriSans: texts, dnsSans: texts, subject: text, trusted: flag }),
      },
    ),
    http: record(
      { method: text, headers: listOf({ type: 'array', prefixItems: [text, text], minItems: 2, maxItems: 2 }) },
      {
        path: text,
        authority: text,
        authorityUnknown: flag,
        scheme: oneOf('http', 'https'),
        version: oneOf('1.0', '1.1'),
        extendedConnect: text,
      },
    ),
    random: number,
    token: {
      ...record({ claims: mapOf(anything), complete: flag }),
      description: 'A valid token that the client sends; complete where no other claims are in it',
    },
    dynamicMetadata: mapOf(anything),
    filterState: mapOf(text),
  },
)
