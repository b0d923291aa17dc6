import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { isWildcard, parseIp } from '../../../envoy/model/ip.ts'
import { podAddress } from '../../../semantics/connection/capture.ts'
import { boundListeners } from '../../../semantics/connection/listeners.ts'
import type { SocketAddress } from '../../../semantics/request.ts'
import type { Question } from './question.ts'
import type { QuestionTarget } from './question-target.ts'
import { serviceAddress } from './service-address.ts'

/** Addresses that stand for "somewhere" when the dump does not know a host (RFC 5737, RFC 3849). */
const somewhere = { 4: '192.0.2.2', 6: '2001:db8::2' } as const

/** Whether an address only stands for one that is not known. */
export function isStandIn(address: string): boolean {
  return address === somewhere[4] || address === somewhere[6]
}

/** Behind a redirect the original destination decides: the service's address, or the workload's own. */
export function capturedDestination(
  question: Question,
  { host, port }: QuestionTarget,
  dump: ConfigDump,
  unknown: (host: string, standIn: string) => void,
): SocketAddress {
  if (question.address !== undefined) return { address: question.address, port }
  if (parseIp(host) !== undefined) return { address: host, port }
  if (question.inbound) return { address: podAddress(dump) ?? somewhere[4], port }
  // Names of the DNS have no case, and a dot at the end says no more than that they are whole.
  const name = host.toLowerCase().replace(/\.$/, '')
  const address = serviceAddress(dump, name, port)
  if (address === undefined) unknown(name, somewhere[4])
  return { address: address ?? somewhere[4], port }
}

/**
 * Ports that a gateway may listen on for a port of its Service. Unprivileged ones listen on 8080 and 8443 (Istio, Gloo) or on the
 * port plus 10000 (Envoy Gateway).
 */
export function listenerPorts(servicePort: number): readonly number[] {
  return [servicePort, servicePort + 8000, servicePort + 10_000]
}

/** Without a redirect the client connects to a listener's own port; a Service may map another port to it. */
export function directDestination(
  question: Question,
  { host, port }: QuestionTarget,
  dump: ConfigDump,
  notes: string[],
): SocketAddress {
  const bound = boundListeners(dump)
  const at = (wanted: number) => bound.flatMap(({ addresses }) => addresses).find((address) => address.port === wanted)
  const actual = listenerPorts(port).find((candidate) => at(candidate) !== undefined) ?? port
  if (actual !== port) notes.push(`nothing listens on port ${port}; taken as a Service port that leads to ${actual}`)
  const own = at(actual)
  if (question.address !== undefined) return { address: question.address, port: actual }
  if (own !== undefined) return { address: isWildcard(own.ip) ? somewhere[own.ip.family] : own.text, port: actual }
  return { address: parseIp(host) === undefined ? somewhere[4] : host, port: actual }
}
