import { provenanceCell } from '../envoy/control-plane/provenance.ts'
import type { Entry } from '../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, objectsOf, scalarText, stringsOf } from '../envoy/json.ts'
import { canTakePath } from '../envoy/model/path-of-route.ts'
import { domainsText, type HostRoute, hostName, hostRoutes } from '../envoy/model/route-rows.ts'
import { unreachableRoutes } from '../envoy/model/unreachable-routes.ts'
import { nameIncludes } from '../envoy/text/pipe-free.ts'
import { equals } from './columns.ts'
import { containedRoutes } from './contained/contained-routes.ts'
import type { ExpressionTakes, Filter, ResourceKind, Row, SortKey } from './resource-kind.ts'

export interface RouteRow extends Row {
  /** Absent for a route configuration without virtual hosts. */
  readonly on: HostRoute | undefined
  readonly listener?: string
}

interface RouteConfigRow extends Row {
  readonly hosts: number
}

/** Numbers first, by value; then the other names. A route's own order inside a virtual host is never touched: it is Envoy's. */
const sortKeys = ({ entry: { name } }: Row): readonly SortKey[] => [
  /^\d+$/.test(name) ? Number(name) : Number.MAX_SAFE_INTEGER,
  name,
]

const common = {
  name: 'routes',
  aliases: ['route', 'r'],
  kind: 'route',
  title: 'Routes: virtual hosts and, in the order Envoy tries them, their routes',
  examples: [
    {
      title: 'Routes of a pod, in the order Envoy tries them',
      command: 'kubectl proxy-config routes productpage-v1-abc',
    },
    {
      title: 'What happens to requests for reviews on port 9080',
      command: 'kubectl proxy-config routes productpage-v1-abc --name 9080 --domain reviews',
    },
    { title: 'The same as JSON', command: 'kubectl proxy-config routes --file dump.json --name 9080 -o json' },
  ],
  counted: true,
  entries: 'routes',
  path: 'config_dump?mask=dynamic_route_configs,static_route_configs',
  sortKeys,
  contained: containedRoutes,
} as const

const nameFilter: Filter<Row> = {
  ...equals<Row>('name', 'Show the route configuration of exactly this name', ({ entry }) => entry.name),
  byName: 'equals',
}

/** What happens to a request once a listener has it. Columns follow `istioctl proxy-config routes`. */
export const routes: ResourceKind<RouteRow> = {
  ...common,
  rows(entry: Entry) {
    const rows = hostRoutes(entry.resource).map((on): RouteRow => ({ entry, on }))
    return rows.length > 0 ? rows : [{ entry, on: undefined }]
  },
  columns: [
    { header: 'NAME', value: ({ entry }) => entry.name },
    {
      header: 'LISTENER',
      value: ({ entry, listener }) => entry.holder ?? listener,
      wide: true,
      isNotable: ({ entry }) => !!entry.holder,
    },
    { header: 'VHOST NAME', value: ({ on }) => (on === undefined ? '' : hostName(on.host)) },
    { header: 'DOMAINS', value: ({ on }) => (on === undefined ? '' : domainsText(on.host)) },
    { header: 'MATCH', value: ({ on }) => on?.match },
    {
      header: 'VIRTUAL SERVICE',
      value: ({ on }) =>
        on === undefined
          ? ''
          : on.route === undefined
            ? '404'
            : provenanceCell(on.route.metadata, scalarText(on.route.name)),
      istio: { withoutObject: '404' },
    },
    { header: 'DESTINATION', value: ({ on }) => on?.destination ?? 'no virtual hosts' },
    { header: 'ROUTE', value: ({ on }) => scalarText(on?.route?.name), wide: true },
  ],
  filters: [
    nameFilter,
    equals('vhost', 'Show the virtual host of this name', ({ on }) => on && hostName(on.host)),
    {
      name: 'domain',
      describe:
        'Show virtual hosts with a domain that contains this text, or matches it as a host; * alone does not count',
      matches: ({ on }, wanted) =>
        stringsOf(on?.host.domains).some((domain) => hasDomain(domain.toLowerCase(), wanted.toLowerCase())),
    },
    pathFilter(() => true),
  ],
  notesOf: ({ name, resource }) => objectsOf(resource.virtual_hosts).flatMap((host) => unreachableNotes(name, host)),
  prune: (entry, rows) => pruned(entry.resource, rows),
  compact: {
    ...common,
    rows: (entry: Entry) => [{ entry, hosts: objectsOf(entry.resource.virtual_hosts).length }],
    columns: [
      { header: 'NAME', value: ({ entry }) => entry.name },
      { header: 'VIRTUAL HOSTS', value: ({ hosts }) => hosts, types: ['number'] },
    ],
    filters: [nameFilter],
  } satisfies ResourceKind<RouteConfigRow>,
}

/** Whether a domain contains a text, or matches it as a host, also without its port: `*.shop.test` does `a.shop.test:443`. */
function hasDomain(domain: string, wanted: string): boolean {
  const [head = '', tail] = domain.split('*')
  return (
    nameIncludes(domain, wanted) ||
    [wanted, wanted.replace(/:\d+$/, '')].some((host) =>
      tail === undefined
        ? host === domain
        : domain !== '*' && host.length >= domain.length && host.startsWith(head) && host.endsWith(tail),
    )
  )
}

/** `--path`: what can take a path, or has the text in its match. */
function pathFilter(takes: ExpressionTakes): Filter<RouteRow> {
  return {
    name: 'path',
    describe: 'Show routes that can match this path, or whose match contains this text',
    matches: ({ on }, wanted) => {
      if (nameIncludes((on?.match ?? '').toLowerCase(), wanted.toLowerCase())) return true
      if (!wanted.startsWith('/') || on?.route === undefined) return false
      const match = objectOf(on.route.match)
      return canTakePath(match, wanted) && takes(match, wanted)
    },
    evaluating: pathFilter,
  }
}

/** `Route configuration 9080, virtual host shop: route 3 (/a*) never gets a request: route 1 (/*) matches the same and more.` */
function unreachableNotes(routeConfiguration: string, host: JsonObject): string[] {
  const found = unreachableRoutes(host)
  if (found.length === 0) return []
  const rows = hostRoutes({ virtual_hosts: [host] })
  const named = (index: number): string => `route ${index + 1} (${rows[index]?.match ?? ''})`
  return found.map(
    ({ index, by }) =>
      `Route configuration ${routeConfiguration}, virtual host ${hostName(host)}: ${named(index)} never gets a request: ${named(by)} before it matches the same and more.`,
  )
}

/** Only the virtual hosts and routes that were asked for; the object itself when that is all of it. */
function pruned(routeConfig: JsonObject, rows: readonly RouteRow[]): JsonObject {
  const shown = new Set(
    rows.flatMap(({ on }) => (on === undefined ? [] : [on.host, ...(on.route === undefined ? [] : [on.route])])),
  )
  if (hostRoutes(routeConfig).length === rows.length || rows.some(({ on }) => on === undefined)) return routeConfig
  const hosts = objectsOf(routeConfig.virtual_hosts).filter((host) => shown.has(host))
  return {
    ...routeConfig,
    virtual_hosts: hosts.map((host) =>
      'routes' in host ? { ...host, routes: objectsOf(host.routes).filter((route) => shown.has(route)) } : host,
    ),
  }
}
