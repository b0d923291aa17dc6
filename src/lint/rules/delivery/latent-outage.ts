import { objectBehind } from '../../proxy/object-behind.ts'
import type { Rule } from '../../rule.ts'

/** What works only until the proxy restarts. */
export const latentOutage: Rule = {
  id: 'latent-outage',
  profile: 'core',
  severity: 'error',
  title: 'What works now will not after a restart',
  detects: 'A listener, cluster or secret that serves while a newer version of it warms.',
  impact:
    'Nothing fails as long as the proxy runs. A proxy that starts, after a rollout or a crash, gets only the newer version and does not serve.',
  exceptions:
    'A version that warms for less than 15 seconds, as far as the dump tells. A newer version that was rejected: update-rejected says the same of it.',
  fix: 'Mend the newer version before the pod restarts: see sds-not-loaded and endpoints-not-loaded for what it waits for.',
  sources: ['https://github.com/istio/istio/issues/14739', 'https://github.com/istio/istio/issues/15669'],
  check: {
    *proxy({ dump, index, moment }) {
      for (const [kind, noun] of [
        ['listeners', 'listener'],
        ['clusters', 'cluster'],
        ['secrets', 'secret'],
      ] as const) {
        for (const entry of dump.entries(kind)) {
          const { name, state, lastUpdated } = entry
          if (state !== 'warming') continue
          if (index.serving(kind, name) === undefined || isYoung(lastUpdated, moment)) continue
          yield {
            message: `${noun} ${name} serves in its older version, the newer one still warms: a proxy that starts gets only that`,
            at: { resource: `${kind}/${name}`, object: objectBehind(entry.resource) },
          }
        }
      }
    },
  },
}

const usualWarming = 15_000

/** Whether something is so new that it may well still warm. Milliseconds. */
export function isYoung(lastUpdated: string | undefined, moment: Date | undefined): boolean {
  const age = (moment?.getTime() ?? Number.NaN) - Date.parse(lastUpdated ?? '')
  return age < usualWarming
}
