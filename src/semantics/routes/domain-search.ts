import { type JsonObject, objectsOf, stringsOf } from '../../envoy/json.ts'

export interface DomainMatch {
  readonly virtualHost: JsonObject
  /** The domain that won, as configured. */
  readonly domain: string
}

interface DomainTable {
  readonly exact: Map<string, DomainMatch>
  /** By length, longest first: a longer wildcard is tried before a shorter one. */
  readonly suffixes: [length: number, Map<string, DomainMatch>][]
  readonly prefixes: [length: number, Map<string, DomainMatch>][]
  readonly any: DomainMatch | undefined
}

const tables = new WeakMap<JsonObject, DomainTable>()

/**
 * The virtual host of a host name, by Envoy's RouteMatcher::findVirtualHost: exact, then `*suffix` and then `prefix*`, longest
 * first, then `*`. A wildcard stands for at least one character. The order in the configuration does not matter.
 * @param host Host header in lower case; a port in it is part of the name
 */
export function findVirtualHost(routeConfiguration: JsonObject, host: string): DomainMatch | undefined {
  const table = tables.get(routeConfiguration) ?? buildTable(routeConfiguration)
  return (
    table.exact.get(host) ??
    longest(table.suffixes, host, (length) => host.slice(-length)) ??
    longest(table.prefixes, host, (length) => host.slice(0, length)) ??
    table.any
  )
}

/**
 * Virtual hosts of less specific domains that the host name fits as well, most specific first: Envoy tries none of them once a domain
 * has matched.
 */
export function passedOverHosts(routeConfiguration: JsonObject, host: string): readonly DomainMatch[] {
  const table = tables.get(routeConfiguration) ?? buildTable(routeConfiguration)
  const won = findVirtualHost(routeConfiguration, host)?.virtualHost
  const fitting = [
    ...table.suffixes.flatMap(([length, domains]) =>
      length < host.length ? (domains.get(host.slice(-length)) ?? []) : [],
    ),
    ...table.prefixes.flatMap(([length, domains]) =>
      length < host.length ? (domains.get(host.slice(0, length)) ?? []) : [],
    ),
    ...(table.any === undefined ? [] : [table.any]),
  ]
  const byHost = new Map(fitting.map((match) => [match.virtualHost, match]))
  return [...byHost.values()].filter(({ virtualHost }) => virtualHost !== won)
}

function longest(
  wildcards: DomainTable['suffixes'],
  host: string,
  part: (length: number) => string,
): DomainMatch | undefined {
  for (const [length, domains] of wildcards) {
    if (length >= host.length) continue
    const found = domains.get(part(length))
    if (found !== undefined) return found
  }
  return undefined
}

function buildTable(routeConfiguration: JsonObject): DomainTable {
  const exact = new Map<string, DomainMatch>()
  const suffixes = new Map<number, Map<string, DomainMatch>>()
  const prefixes = new Map<number, Map<string, DomainMatch>>()
  let any: DomainMatch | undefined
  for (const virtualHost of objectsOf(routeConfiguration.virtual_hosts)) {
    for (const domain of stringsOf(virtualHost.domains)) {
      const match = { virtualHost, domain }
      const name = domain.toLowerCase()
      if (name === '*') any ??= match
      else if (name.startsWith('*')) add(suffixes, name.slice(1), match)
      else if (name.endsWith('*')) add(prefixes, name.slice(0, -1), match)
      else if (!exact.has(name)) exact.set(name, match)
    }
  }
  const table = { exact, suffixes: longestFirst(suffixes), prefixes: longestFirst(prefixes), any }
  tables.set(routeConfiguration, table)
  return table
}

function add(wildcards: Map<number, Map<string, DomainMatch>>, part: string, match: DomainMatch): void {
  const domains = wildcards.get(part.length) ?? new Map<string, DomainMatch>()
  if (!domains.has(part)) domains.set(part, match)
  wildcards.set(part.length, domains)
}

function longestFirst(wildcards: Map<number, Map<string, DomainMatch>>): DomainTable['suffixes'] {
  return [...wildcards].sort(([a], [b]) => b - a)
}
