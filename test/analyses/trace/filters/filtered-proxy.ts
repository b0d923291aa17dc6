import type { JsonObject } from '../../../../src/envoy/json.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'
import type { Alternative } from '../../../../src/walk/trace-result.ts'
import { ask, dumpOf, filter, get, httpManager, listener, staticCluster } from '../dump-of.ts'

/** Name of the message of an HTTP filter: `http('rbac.v3.RBAC')`. */
export function http(message: string): string {
  return `envoy.extensions.filters.http.${message}`
}

/** A `RuntimeFractionalPercent`. */
export function share(numerator: number): JsonObject {
  return { default_value: { numerator } }
}

interface Proxy {
  /** Fields of the route, and of its action. */
  readonly route?: JsonObject
  readonly action?: JsonObject
  /** Fields of the virtual host. */
  readonly host?: JsonObject
  /** Fields of the connection manager. */
  readonly manager?: JsonObject
  /** Fields of the filter chain. */
  readonly chain?: JsonObject
  readonly bootstrap?: JsonObject
}

export type Ask = (request?: Partial<TraceRequest>) => Alternative

/** A proxy with these HTTP filters and one route for everything below `/`; asks it for `GET http://h/` unless the request says more. */
export async function filtered(
  filters: readonly JsonObject[],
  { route = {}, action = {}, host = {}, manager = {}, chain = {}, bootstrap = {} }: Proxy = {},
): Promise<Ask> {
  const routes = [{ match: { prefix: '/' }, route: { cluster: 'a', ...action }, ...route }]
  const dump = await dumpOf({
    bootstrap,
    listeners: [
      listener('L', '0.0.0.0', 80, {
        filter_chains: [
          {
            ...chain,
            filters: [
              httpManager({
                http_filters: [...filters, filter('router', http('router.v3.Router'))],
                route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes, ...host }] },
                ...manager,
              }),
            ],
          },
        ],
      }),
    ],
    clusters: [staticCluster('a', '10.0.0.2:80')],
  })
  return (request = {}) => ask(dump, { ...get('h'), ...request })
}

/** How a request ends: its status, or `upstream`, and `undecided` where a filter on the way is. */
export function ending({ outcome, hops }: Alternative): string {
  const open = hops.some(({ filters }) => filters?.some(({ verdict }) => verdict === 'undecided'))
  return open ? 'undecided' : outcome.kind === 'upstream' ? 'upstream' : String(outcome.status)
}

/** A request with these headers. */
export function withHeaders(...headers: [string, string][]): Partial<TraceRequest> {
  return get('h', '/', headers)
}
