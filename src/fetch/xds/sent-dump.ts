import type { Json, JsonObject } from '../../envoy/json.ts'
import type { AdsAnswer, SentKind, SentResource } from './ads-session.ts'
import type { AskedKind } from './ads-types.ts'

/** What a control plane sent, as `/config_dump?include_eds` of a proxy that took all of it. */
export function sentDump({ kinds }: AdsAnswer): JsonObject {
  return {
    configs: [...kinds].map(([kind, sent]) => {
      const { section, list, entry } = layouts[kind]
      return {
        '@type': `type.googleapis.com/envoy.admin.v3.${section}`,
        ...(kind === 'clusters' || kind === 'listeners' ? { versionInfo: sent.version } : {}),
        [list]: entriesOf(sent, entry),
      }
    }),
  }
}

interface Layout {
  readonly section: string
  readonly list: string
  entry(sent: SentResource, name: string): JsonObject
}

const layouts: Readonly<Record<AskedKind, Layout>> = {
  clusters: {
    section: 'ClustersConfigDump',
    list: 'dynamicActiveClusters',
    entry: ({ version, resource }) => ({ versionInfo: version, cluster: resource }),
  },
  listeners: {
    section: 'ListenersConfigDump',
    list: 'dynamicListeners',
    entry: ({ version, resource }, name) => ({ name, activeState: { versionInfo: version, listener: resource } }),
  },
  endpoints: {
    section: 'EndpointsConfigDump',
    list: 'dynamicEndpointConfigs',
    entry: ({ version, resource }) => ({ versionInfo: version, endpointConfig: resource }),
  },
  routes: {
    section: 'RoutesConfigDump',
    list: 'dynamicRouteConfigs',
    entry: ({ version, resource }) => ({ versionInfo: version, routeConfig: resource }),
  },
}

function entriesOf({ resources }: SentKind, entry: Layout['entry']): Json[] {
  return [...resources].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([name, sent]) => entry(sent, name))
}
