import { type JsonObject, objectOf, objectsOf, stringOf } from '../envoy/json.ts'
import { contains, nameContains } from './columns.ts'
import type { ResourceKind, Row } from './resource-kind.ts'

interface ScopeRow extends Row {
  /** The set of scopes, as the HTTP connection manager names it. */
  readonly scopes: string
  readonly key: string
}

/**
 * Scoped routes: which route configuration serves the requests of a scope key.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/scoped_route.proto
 */
export const scopes: ResourceKind<ScopeRow> = {
  name: 'scopes',
  aliases: ['scope', 'scoped-routes'],
  kind: 'scope',
  title: 'Scoped routes: the route configuration for each scope key (SRDS)',
  examples: [
    {
      title: 'Which routes each scope key leads to',
      command: 'kubectl proxy-config scopes deploy/istio-ingressgateway -n istio-system',
    },
    {
      title: 'The scope of one key',
      command: 'kubectl proxy-config scopes --file dump.json --key eu',
    },
  ],
  entries: 'scopedRoutes',
  path: 'config_dump?mask=inline_scoped_route_configs,dynamic_scoped_route_configs',
  rows: (entry) => [
    {
      entry,
      scopes: entry.wrapper === entry.received ? '' : (stringOf(entry.wrapper.name) ?? ''),
      key: objectsOf(objectOf(entry.resource.key).fragments).map(fragmentText).join(','),
    },
  ],
  columns: [
    { header: 'SCOPES', value: ({ scopes: name }) => name, missing: '-' },
    { header: 'NAME', value: ({ entry }) => entry.name },
    { header: 'KEY', value: ({ key }) => key },
    { header: 'ROUTES', value: ({ entry }) => routes(entry.resource) },
    { header: 'ON DEMAND', value: ({ entry }) => entry.resource.on_demand === true, types: ['boolean'], wide: true },
  ],
  filters: [
    nameContains('Show scopes whose name contains this text'),
    contains('key', 'Show scopes whose key contains this text', ({ key }) => key),
  ],
  sortKeys: ({ scopes: name, entry }) => [name, entry.name],
}

function fragmentText(fragment: JsonObject): string {
  return stringOf(fragment.string_key) ?? ''
}

/** The route configuration that it names, or the one inside it. */
function routes(scope: JsonObject): string | undefined {
  const name = stringOf(scope.route_configuration_name)
  if (name !== undefined && name !== '') return name
  return scope.route_configuration === undefined
    ? undefined
    : `inline ${stringOf(objectOf(scope.route_configuration).name) ?? ''}`.trimEnd()
}
