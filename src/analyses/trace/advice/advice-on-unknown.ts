import type { UnknownFact } from '../../../semantics/reasons/unknown-facts.ts'

/** The flags that say what is not known. */
const adviceByFact: Readonly<Partial<Record<UnknownFact, string>>> = {
  address: 'Say the address that the client connects to: --address IP (kubectl get service, or a look-up of the name).',
  source: 'Say where the client is: --source IP.',
  source_port: 'Say where the client is, with its port: --source IP:PORT.',
  peer: 'Say where the connection comes from: --peer IP.',
  claims: 'Say what the token of the client says: --claim NAME=VALUE, or --token-file.',
  host: 'Say which host the request names: --host NAME.',
  sni: 'Say which server the client names in the TLS handshake: --sni NAME.',
  principal: 'Say who the client is: --principal, the URI in its certificate.',
}

/** Which flags say what the outcome depends on; undefined where none does. */
export function adviceOnUnknown(unknown: readonly UnknownFact[]): string | undefined {
  const advice = unknown.flatMap((fact) => adviceByFact[fact] ?? [])
  return advice.length === 0 ? undefined : advice.join(' ')
}
