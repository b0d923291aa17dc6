/** What of a connection may be unknown: a dump does not hold it, and the user need not say it. */
export type UnknownFact =
  | 'source'
  | 'source_port'
  | 'peer'
  | 'address'
  | 'principal'
  | 'host'
  | 'sni'
  | 'claims'
  // What no flag can say.
  | 'certificate'
  | 'own_address'
  | 'metadata'
  | 'generated'

const facts: Readonly<Record<UnknownFact, { readonly words: string; readonly flag?: string }>> = {
  source: { words: "the client's address", flag: '--source' },
  source_port: { words: "the client's port", flag: '--source IP:PORT' },
  peer: { words: 'the address that the connection comes from', flag: '--peer' },
  address: { words: 'the address that the client connects to', flag: '--address' },
  claims: { words: "the claims of the client's token", flag: '--claim NAME=VALUE' },
  host: { words: 'the host that the request names', flag: '--host' },
  sni: { words: 'the server name in the TLS handshake', flag: '--sni' },
  principal: { words: "the names in the client's certificate", flag: '--principal' },
  certificate: { words: "the client's certificate" },
  own_address: { words: 'the address of the proxy itself' },
  metadata: { words: 'dynamic metadata that a filter can have written' },
  generated: { words: 'a value that Envoy makes for each request' },
}

/** The facts in words, each with the flag that says it: `the client's address (--source)`. */
export function unknownText(unknown: readonly UnknownFact[]): string {
  const texts = [...new Set(unknown)].map((fact) => {
    const { words, flag } = facts[fact]
    return flag === undefined ? words : `${words} (${flag})`
  })
  return texts.join(' and ')
}
