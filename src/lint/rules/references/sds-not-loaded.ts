import type { JsonObject } from '../../../envoy/json.ts'
import { secretsFromFiles } from '../../../envoy/model/config-sources.ts'
import { discoveredSecrets } from '../../proxy/discovered-secrets.ts'
import type { Linted } from '../../proxy/linted.ts'
import type { Found, Rule } from '../../rule.ts'

/** A listener or cluster that waits for a secret. */
export const sdsNotLoaded: Rule = {
  id: 'sds-not-loaded',
  profile: 'core',
  severity: 'error',
  title: 'A listener or cluster waits for a certificate that has not come',
  detects:
    'Secrets of `tls_certificate_sds_secret_configs` and `validation_context_sds_secret_config` that are not active: warming, or not in the dump.',
  impact:
    'A listener refuses every handshake and does not open after a restart; a cluster answers 503, flag `UF`, with `Secret is not supplied by SDS`.',
  exceptions: 'Dumps without secrets, and secrets that are read from files.',
  fix: 'Create the Secret where the control plane looks for it, with the keys tls.crt and tls.key, and see that the proxy may read it.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/security/secret',
    'https://github.com/envoyproxy/envoy/issues/14000',
    'https://github.com/istio/istio/issues/14739',
  ],
  needs: ['secrets'],
  check: {
    *chain({ chain }, proxy) {
      yield* missing(chain, proxy)
    },
    *cluster({ cluster }, proxy) {
      yield* missing(cluster, proxy)
    },
  },
}

function* missing(holder: JsonObject, { index }: Linted): Generator<Found> {
  const sockets = [holder.transport_socket, holder.transport_socket_matches, holder.tls_context]
  for (const socket of sockets) {
    if (socket === undefined) continue
    const fromFiles = secretsFromFiles(socket)
    for (const name of discoveredSecrets(socket)) {
      if (fromFiles.has(name) || index.serving('secrets', name) !== undefined) continue
      const warms = index.others('secrets', name).length > 0
      yield { message: `waits for secret ${name}, which ${warms ? 'has not arrived' : 'is not loaded'}` }
    }
  }
}
