import { isObject, type JsonObject, objectsOf, stringOf } from '../../../envoy/json.ts'
import type { TypedConfig } from '../../../envoy/model/typed-config.ts'
import type { Connection } from '../../../semantics/connection/connection.ts'
import type { FilterVerdict, Judgement } from '../../../semantics/http-filters/filter-verdict.ts'
import { filterConfig } from '../../../semantics/http-filters/http-filters.ts'
import { evaluateRbac } from '../../../semantics/http-filters/rbac.ts'
import { isNativePlugin } from '../../../semantics/http-filters/wasm-plugin.ts'
import { end, undecidable } from '../../../semantics/outcome.ts'
import { serveHttp } from './http-connection.ts'
import { proxyTcp } from './tcp-proxy.ts'
import type { Hop } from './trace-result.ts'
import type { Walk } from './walk.ts'

/** The network filters of a chain in order until the one that takes the connection. @throws Ended always */
export function runNetworkFilters(
  walk: Walk,
  hop: Hop,
  chain: JsonObject,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
): never {
  const filters = objectsOf(chain.filters)
  hop.networkFilters = filters.map((filter) => stringOf(filter.name) ?? '')
  let cluster: string | undefined
  const verdicts: FilterVerdict[] = []
  for (const holder of filters) {
    const filter = filterConfig(holder, walk.index)
    const name = stringOf(holder.name) ?? ''
    if (filter.message === 'HttpConnectionManager')
      return serveHttp(walk, hop, connection, downstreamTls, filter.config)
    if (filter.message === 'TcpProxy') return proxyTcp(walk, hop, connection, filter.config, cluster)
    if (filter.message === 'SniCluster') cluster = connection.sni || undefined
    if (terminals.has(filter.message) || filter.type.includes('.direct_response.'))
      return otherTerminal(hop, name, filter)
    const judged = judge(name, filter, connection, downstreamTls, walk)
    if (judged === undefined) continue
    verdicts.push(judged.verdict)
    hop.filters = verdicts
    if (judged.outcome !== undefined) end(judged.outcome)
  }
  return end({
    kind: 'noFilterChain',
    details: 'no_terminal_filter',
    reason: 'the filter chain has no filter that takes the connection',
  })
}

function judge(
  name: string,
  { message, type, config }: TypedConfig,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
  walk: Walk,
): Judgement | undefined {
  const verdict = (what: FilterVerdict['verdict'], reason: string): FilterVerdict => ({
    name,
    type: type || message,
    verdict: what,
    reason,
  })
  if (message === 'RBAC') {
    const { allowed, details, reason, policy } = evaluateRbac(config, {
      connection,
      downstreamTls,
      request: undefined,
      known: walk.request,
    })
    const what = allowed === undefined ? 'undecided' : allowed ? 'passes' : 'denies'
    return {
      verdict: { ...verdict(what, reason), ...(policy === undefined ? {} : { policy }) },
      outcome: allowed === false ? { kind: 'denied', details, reason: `${name}: ${reason}` } : undefined,
    }
  }
  const why = message === 'Wasm' && isNativePlugin(config) ? undefined : undecided.get(message)
  return why === undefined ? undefined : { verdict: verdict('undecided', why), outcome: undefined }
}

function otherTerminal(hop: Hop, name: string, { message, type, config }: TypedConfig): never {
  hop.protocol = 'other'
  if (type.includes('.direct_response.') && isObject(config)) {
    end({ kind: 'directResponse', details: 'network_direct_response', reason: `${name} answers the connection` })
  }
  return undecidable(
    'other_terminal',
    `${message || name} routes by its own protocol, which this program does not follow`,
  )
}

const terminals = new Set([
  'RedisProxy',
  'ThriftProxy',
  'DubboProxy',
  'MetaProtocolProxy',
  'GenericProxy',
  'Echo',
  'EchoConfig',
  'RocketmqProxy',
])

const undecided: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ExtAuthz: 'the authorization service decides',
    RateLimit: 'the rate limit service decides',
    LocalRateLimit: 'it depends on how many connections came before',
    ConnectionLimit: 'it depends on how many connections are open',
    ClientSSLAuth: 'the authentication service decides',
    Wasm: 'its module can close the connection',
  }),
)
