import type { Kind } from '../../../envoy/kinds.ts'
import { objectBehind } from '../../proxy/object-behind.ts'
import type { Rule } from '../../rule.ts'

const kinds = [
  ['listeners', 'listener'],
  ['clusters', 'cluster'],
  ['routes', 'route configuration'],
  ['endpoints', 'endpoints of cluster'],
  ['secrets', 'secret'],
  ['ecds', 'extension configuration'],
  ['scopedRoutes', 'scope'],
] as const satisfies readonly (readonly [Kind, string])[]

/** An update that Envoy rejected. */
export const updateRejected: Rule = {
  id: 'update-rejected',
  profile: 'core',
  severity: 'error',
  title: 'Envoy rejected an update',
  detects: '`error_state` of any resource.',
  impact:
    'What was changed is not in force: Envoy keeps the previous version, which a proxy that starts does not get, or does without the resource. Other resources of the same update may have been rejected with it.',
  fix: 'The reason is in the words of Envoy: correct the object behind the resource.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/api-v3/admin/v3/config_dump_shared.proto',
    'https://github.com/kumahq/kuma/issues/12040',
    'https://github.com/istio/istio/issues/15669',
  ],
  check: {
    *proxy({ dump, isServing }) {
      for (const [kind, noun] of kinds) {
        for (const entry of dump.entries(kind)) {
          if (entry.error === undefined || entry.isDuplicate) continue
          const rest = isServing(entry)
            ? 'the previous version stays in use until the proxy restarts'
            : 'it is not in use'
          yield {
            message: `Envoy rejected ${noun} ${entry.name}, ${rest}: ${entry.error.details}`,
            at: { resource: `${kind}/${entry.name}`, object: objectBehind(entry.resource) },
          }
        }
      }
    },
  },
}
