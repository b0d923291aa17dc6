import { isObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { discoveredFilters } from '../../proxy/http-filters.ts'
import type { Rule } from '../../rule.ts'

/** A filter whose configuration has not come. */
export const ecdsNotLoaded: Rule = {
  id: 'ecds-not-loaded',
  profile: 'core',
  severity: 'error',
  title: 'A filter waits for a configuration that has not come',
  detects:
    'HTTP filters with `config_discovery` and without `default_config`, whose name is not among the extension configurations.',
  impact: 'The listener does not open, or the filter answers every request with 500.',
  exceptions: 'Dumps without extension configurations: nothing is concluded.',
  fix: 'See whether the control plane sends the extension, and whether its module could be fetched.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/extension'],
  check: {
    *manager({ manager }, { dump }) {
      if (!dump.has('ecds')) return
      for (const filter of objectsOf(manager.http_filters)) {
        const name = stringOf(filter.name) ?? ''
        if (!isObject(filter.config_discovery) || isObject(objectOf(filter.config_discovery).default_config)) continue
        if (!discoveredFilters(dump).has(name))
          yield { message: `filter ${name} waits for its configuration, which is not loaded` }
      }
    },
  },
}
