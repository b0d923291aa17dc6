import type { Connection } from '../connection.ts'
import type { ClientTls } from '../request.ts'

/** The server that a handshake names, in lower case as Envoy compares it; empty when it names none. */
export function serverName(tls: ClientTls | undefined): Pick<Connection, 'sni' | 'sniUnknown'> {
  return { sni: tls?.sni?.toLowerCase() ?? '', sniUnknown: tls?.sniUnknown }
}
