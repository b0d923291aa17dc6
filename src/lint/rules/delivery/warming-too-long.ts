import { awaitedSecrets, missingSecrets } from '../../../envoy/certificates/awaited-secrets.ts'
import { objectBehind } from '../../proxy/object-behind.ts'
import type { Rule } from '../../rule.ts'
import { isYoung } from './latent-outage.ts'

/** What warms and has no version that serves. */
export const warmingTooLong: Rule = {
  id: 'warming-too-long',
  profile: 'core',
  severity: 'error',
  title: 'A listener or cluster warms and does not serve',
  detects:
    'Listeners, clusters and secrets that warm for more than 15 seconds, as far as the dump tells, without a version that serves.',
  impact:
    'Connections to the listener are refused; requests for the cluster get 503. What it waits for is a secret, a route configuration or endpoints.',
  exceptions: 'A proxy that has just started.',
  fix: 'Deliver what it waits for: create the Secret, the Service or the route that it names.',
  sources: ['https://github.com/envoyproxy/envoy/issues/6904'],
  check: {
    *proxy({ dump, index, moment }) {
      const missing = missingSecrets(dump)
      for (const [kind, noun] of [
        ['listeners', 'listener'],
        ['clusters', 'cluster'],
      ] as const) {
        for (const entry of dump.entries(kind)) {
          const { name, state, lastUpdated, isDuplicate } = entry
          if (state !== 'warming' || isDuplicate || isYoung(lastUpdated, moment)) continue
          if (index.serving(kind, name) !== undefined) continue
          // Read only now: of a large dump most entries are not held.
          const { resource } = entry
          const awaited = awaitedSecrets(resource, missing)
          const why = awaited.length === 0 ? '' : `, it waits for secret ${awaited.join(', ')}`
          yield {
            message: `${noun} ${name} does not serve: it warms${why}`,
            at: { resource: `${kind}/${name}`, object: objectBehind(resource) },
            ...(awaited.length === 0 ? {} : { cause: `secret ${awaited.join(', ')}` }),
          }
        }
      }
    },
  },
}
