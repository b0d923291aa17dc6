import { isObject, objectOf, stringsOf } from '../../../envoy/json.ts'
import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import type { ManagerPlace } from '../../proxy/places.ts'
import type { Rule } from '../../rule.ts'

/** gRPC routes stand behind TLS that does not offer HTTP/2. */
export const h2NotOffered: Rule = {
  id: 'h2-not-offered',
  profile: 'core',
  severity: 'info',
  title: 'gRPC routes stand behind TLS that does not offer HTTP/2',
  detects:
    'A chain with TLS and `alpn_protocols` without `h2`, whose routes match gRPC or lead to clusters with HTTP/2 by `match.grpc`.',
  impact: 'Clients fall back to HTTP/1.1, and gRPC fails.',
  fix: 'Add h2 to alpn_protocols.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto'],
  needs: ['listeners'],
  check: {
    *route({
      match,
      of: {
        of: { managers },
      },
    }) {
      if (!isObject(match.grpc)) return
      if (someWithout(managers)) yield { message: 'matches gRPC behind a handshake that does not offer h2' }
    },
  },
}

const someWithout = memoizeByObject((managers: readonly ManagerPlace[]) =>
  managers.some(
    ({ of: { tls } }) =>
      tls !== undefined && !stringsOf(objectOf(tls.common_tls_context).alpn_protocols).includes('h2'),
  ),
)
